select accounts.account_id, accounts.tier, scores.score
from {{ ref("dim_accounts") }} as accounts
left join {{ source("ml", "scores") }} as scores using (account_id)
