select accounts.account_id, min(tiers.tier) as tier
from {{ ref("stg_accounts") }} as accounts
left join {{ ref("tiers") }} as tiers on accounts.score >= tiers.minimum_score
group by accounts.account_id
