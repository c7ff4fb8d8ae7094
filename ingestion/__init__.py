"""Sources into raw tables: `load("salesforce", credentials, warehouse=..., state_dir=...)`.

One folder per source; a new source is a folder with a `SourceSpec` and a line in `loading.SOURCES`.
"""

from ingestion.context import Period, SourceSpec
from ingestion.errors import LoadFailure
from ingestion.loading import SOURCES, LoadReport, load, probe
from ingestion.together import load_together

__all__ = ["SOURCES", "LoadFailure", "LoadReport", "Period", "SourceSpec", "load", "load_together", "probe"]
