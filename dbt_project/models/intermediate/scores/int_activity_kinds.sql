{{ kinds_of_activities(ref("fct_activities")) }}
