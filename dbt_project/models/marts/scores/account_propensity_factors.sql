select account_id, factor, observed as observed_value, factor_rank, contribution
from {{ ref("stg_ml__propensity_reasons") }}
