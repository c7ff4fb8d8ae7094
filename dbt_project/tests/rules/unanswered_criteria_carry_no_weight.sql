-- A criterion of web research that seldom has an answer is withheld. Its vectors are
-- left out where the value is unknown (missing_policy skip); otherwise their points
-- would be missing from everybody's score.
select icp_vectors.vector_id, icp_vectors.attribute, icp_vectors.missing_policy
from {{ ref("icp_vectors") }} as icp_vectors
inner join
    {{ ref("custom_criteria") }} as custom_criteria
    on icp_vectors.attribute = custom_criteria.criterion
where icp_vectors.effect = 'score' and icp_vectors.missing_policy <> 'skip'
