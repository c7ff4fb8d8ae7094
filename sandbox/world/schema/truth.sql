-- What is really so. Read by tests and benchmarks, by nothing else.
create table companies (
    company_id varchar, family_id varchar, legal_name varchar, lei varchar, domain varchar,
    country_code varchar, industry varchar, employee_count integer, annual_revenue_usd double, kind varchar,
    parent_company_id varchar, domestic_ultimate_company_id varchar, global_ultimate_company_id varchar,
    hierarchy_level integer, in_crm boolean, is_customer boolean, true_fit double, contract_potential_usd double
);
create table people (
    person_id varchar, company_id varchar, given_name varchar, family_name varchar, title varchar,
    department varchar, seniority varchar, has_moved boolean
);
create table company_records (
    source varchar, object varchar, record_id varchar, company_id varchar, family_id varchar, is_live boolean
);
create table person_records (source varchar, object varchar, record_id varchar, person_id varchar, is_live boolean);
create table lead_companies (
    lead_id varchar, company_id varchar, family_id varchar, conversion_probability double,
    engagement double, is_converted boolean, is_decided boolean
);
create table deals (
    opportunity_id varchar, company_id varchar, win_probability double, enthusiasm double,
    interest double, is_closed boolean, is_won boolean
);
create table account_propensity (company_id varchar, cutoff_date date, opportunity_probability double, has_opportunity boolean);
create table interest (company_id varchar, week date, interest double);
create table drivers (name varchar, attribute varchar, operator varchar, value varchar, weight double, affects varchar, is_noise boolean);
create table ceilings (model varchar, metric varchar, value double, rows bigint, positives bigint);
create table parameters (name varchar, value varchar);
