-- The tables that the rest of marketmap reads (account_records and person_records are
-- made in results.sql), and the two
-- that remember.
create schema if not exists ml;

create table if not exists ml.lead_accounts (
    source text,
    lead_id text,
    account_id text,
    method text,
    confidence double,
    evidence text,
    crm_account_id text,
    our_account_id text,
    our_method text,
    our_confidence double,
    our_evidence text
);

create table if not exists ml.accounts (
    account_id text, normalised_name text, domain text, family_domain text, country_code text, minted_at timestamp
);

create table if not exists ml.account_hierarchy (
    account_id text,
    parent_account_id text,
    parent_source text,
    domestic_ultimate_account_id text,
    global_ultimate_account_id text,
    hierarchy_level integer
);

create table if not exists ml.hierarchy_conflicts (
    account_id text,
    kind text,
    parent_account_id text,
    parent_source text,
    overruled_parent_account_id text,
    overruled_source text,
    path text,
    "at" timestamp
);

create table if not exists ml.contact_moves (
    contact_id text,
    previous_account_id text,
    account_id text,
    next_contact_id text,
    moved_at timestamp,
    moved_to_source text,
    moved_to_object text,
    moved_to_record_id text
);

create table if not exists ml.unmatched_leads (source text, lead_id text, domain text);

create table if not exists ml.account_id_history (
    account_id text, event text, into_account_id text, "at" timestamp, reason text
);

create table if not exists ml.match_review (
    left_source text,
    left_object text,
    left_record_id text,
    right_source text,
    right_object text,
    right_record_id text,
    score double,
    evidence text,
    "at" timestamp
);

-- The last id of every record ever seen, gone records included: when a record comes
-- back, so does its id.
create table if not exists ml.identity_memory (
    entity text, source text, object text, record_id text, entity_id text, is_present boolean
);;

-- What identity knows from its last run: the model in force, what each account record
-- said, every pair's score, and the
-- blocks too large to be compared all with all.
create table if not exists ml.match_models (entity text, parameters text, estimated_at timestamp);

create table if not exists ml.account_evidence (source text, object text, record_id text, fingerprint text);

create table if not exists ml.account_crowds (kind text, key text);

create table if not exists ml.account_scores (
    left_source text,
    left_object text,
    left_record_id text,
    right_source text,
    right_object text,
    right_record_id text,
    score double,
    method text,
    evidence text,
    is_apart boolean
)
;

-- By which rules the tables of looked-up values (`ml.name_keys` and its like) were
-- filled.
create table if not exists ml.lookups (lookup text, rules text)
