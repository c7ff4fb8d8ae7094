"""Every seed CSV against what the YAML beside it declares: all faults at once, before anything is built."""

from pathlib import Path

import duckdb

from expectations.seeds.cells import cell_faults
from expectations.seeds.declarations import read_declarations
from expectations.seeds.expressions import expression_faults
from expectations.seeds.faults import SeedFault
from expectations.seeds.files import SeedFile, read_seed
from expectations.seeds.flows import flow_faults
from expectations.seeds.rules import read_vocabulary, rule_faults

__all__ = ["SeedFault", "validate"]


def validate(project_dir: Path) -> list[SeedFault]:
    """All faults of the seeds of a dbt project, by file and line; an empty list means that they may be built."""
    folder = project_dir / "seeds"
    declared = read_declarations(folder)
    faults = list(declared.faults)
    files: dict[str, SeedFile] = {}
    paths = {path.stem: path for path in sorted(folder.rglob("*.csv"))}
    for name, path in paths.items():
        if name not in declared.seeds:
            message = "the file is not declared"
            faults.append(SeedFault(path.name, 0, "", "", message, "declare its columns in a YAML file beside it"))
            continue
        files[name], form = read_seed(path, declared.seeds[name])
        faults += form
        if declared.seeds[name].needs_rows and not files[name].rows and not form:
            remedy = declared.seeds[name].remedy
            faults.append(SeedFault(path.name, 1, "", "", "there is no row below the header", remedy))
    for name in declared.seeds.keys() - paths.keys():
        message = f"seed {name} is declared, and {name}.csv does not exist"
        faults.append(
            SeedFault(declared.seeds[name].file, 0, "", "", message, "add the file or remove the declaration")
        )
    faults += flow_faults(files)
    vocabulary = read_vocabulary(files)
    with duckdb.connect() as connection:
        for name, seed in files.items():
            declaration = declared.seeds[name]
            faults += cell_faults(seed, declaration, files)
            faults += rule_faults(seed, declaration, vocabulary)
            faults += expression_faults(connection, seed, declaration)
    return sorted(set(faults))
