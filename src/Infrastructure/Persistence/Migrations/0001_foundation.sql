-- The whole foundation: who may write, what was recorded, how it was sealed, what was closed.
-- Every hot table begins its primary key with the ledger, so that ledgers can be spread over machines without
-- changing a statement. Amounts are numeric, instants are timestamptz in whole microseconds.

-- ---------------------------------------------------------------- who may write

create table tenants (
  tenant_id text primary key,
  name text not null,                              -- as buyers see it, for a direct tenant
  buyer_mode text not null check (buyer_mode in ('DIRECT_INFERENCE', 'BILLING_MIDDLEWARE')),
  tier text not null default 'enterprise' check (tier in ('free', 'pilot', 'starter', 'growth', 'scale', 'enterprise')),
  reference_key bytea not null check (length(reference_key) = 32),
  default_unit text,
  cadence_interval_seconds int not null default 0 check (cadence_interval_seconds >= 0),
  created_at timestamptz not null,
  disabled_at timestamptz
);

create table tenant_environments (
  tenant_id text not null references tenants,
  environment text not null check (environment in ('sandbox', 'production')),
  provisioned_at timestamptz not null,
  primary key (tenant_id, environment)
);

create table vendor_accounts (
  vendor_account_id text primary key,
  tenant_id text not null references tenants,
  display_name text not null,
  reference_key bytea not null check (length(reference_key) = 32),
  created_at timestamptz not null,
  archived_at timestamptz
);
create index vendor_accounts_by_tenant on vendor_accounts (tenant_id);

create table api_keys (
  key_id text primary key,                         -- the public half
  tenant_id text not null references tenants,
  environment text not null check (environment in ('sandbox', 'production')),
  secret_hash bytea not null check (length(secret_hash) = 32),
  name text not null,
  created_at timestamptz not null,
  expires_at timestamptz,                          -- set by a rotation with overlap
  disabled_at timestamptz
);
create index api_keys_by_tenant on api_keys (tenant_id);

-- ---------------------------------------------------------------- ledgers and their writer

create table ledgers (
  ledger_no int generated always as identity primary key,
  ledger_id text not null unique,                  -- opaque; stands in every statement
  tenant_id text not null references tenants,
  environment text not null check (environment in ('sandbox', 'production')),
  vendor_account_id text references vendor_accounts,
  created_at timestamptz not null,
  unique nulls not distinct (tenant_id, environment, vendor_account_id)
);

-- One row a ledger, locked by whoever appends to it. `version` is a fresh random value at every commit, so that a
-- counter brought back by a failover is never mistaken for the one a node wrote last.
create table ledger_heads (
  ledger_no int primary key references ledgers,
  next_index bigint not null default 0,
  next_customer_no int not null default 1,
  version bigint not null,
  accepted_floor timestamptz not null default 'epoch'
) with (fillfactor = 40);

create table customers (
  ledger_no int not null references ledgers,
  customer_no int not null,
  customer_id text not null,
  unit text,
  source text not null default 'records' check (source in ('records', 'manual')),
  display_name text,
  created_at timestamptz not null,
  primary key (ledger_no, customer_no),
  unique (ledger_no, customer_id)
);

-- The hot table. A row is written once and never updated. `ledger_index` counts from 0 without holes.
-- The public record id is a keyed permutation of (ledger, index), so it costs no column and no index.
create table records (
  ledger_index bigint not null,
  seq bigint not null,
  accepted_at timestamptz not null,
  adjusts_index bigint,                            -- ledger index of the record that this one adjusts
  ledger_no int not null,
  customer_no int not null,
  delta_index smallint,                            -- position in a group; null for a single delta
  delta numeric not null,
  balance_after numeric not null,
  salt bytea not null,
  leaf bytea not null,
  prev bytea not null,
  reason text not null,
  unit text,
  reference_id text,
  metadata text,                                   -- the JSON text exactly as received
  metadata_salt bytea,
  submission_root bytea,                           -- null for a single delta, whose root is its leaf
  primary key (ledger_no, ledger_index)
);
create unique index records_by_customer on records (ledger_no, customer_no, seq);
create index records_by_reference on records (ledger_no, customer_no, hashtextextended(reference_id, 0), ledger_index)
  where reference_id is not null;
alter table records set (autovacuum_vacuum_insert_scale_factor = 0.4, autovacuum_analyze_scale_factor = 0.2);

-- Keyed by exactly the scope of a key, the one table that does not begin with the ledger. `answer` is what a replay
-- needs, kept apart from the rows it answers for, so it also confirms their hashes.
create table idempotency_keys (
  tenant_id text not null,
  environment text not null,
  route smallint not null,
  key text not null,
  body_hash bytea not null,
  status smallint not null,
  answer bytea not null,
  created_at timestamptz not null,
  primary key (tenant_id, environment, route, key)
);

-- The seq of the first record of a customer that was accepted at or after an instant, or one past the last record.
-- `accepted_at` never decreases with `seq`, so this is a search of some two dozen index probes and not a scan.
create function seq_at(ledger int, customer int, at timestamptz) returns bigint language plpgsql stable as $$
declare low bigint := 1; high bigint; middle bigint; found_seq bigint; found_at timestamptz;
begin
  select max(seq) + 1 into high from records where ledger_no = ledger and customer_no = customer;
  if high is null then return 1; end if;
  while low < high loop
    middle := (low + high) / 2;
    select seq, accepted_at into found_seq, found_at from records
      where ledger_no = ledger and customer_no = customer and seq >= middle order by seq limit 1;
    if found_at >= at then high := middle; else low := found_seq + 1; end if;
  end loop;
  return low;
end $$;

-- ---------------------------------------------------------------- sealing and the log

create table ledger_seals (
  ledger_no int primary key references ledgers,
  sealed_index bigint not null default 0,          -- records below it are under a signed tree head
  stopped_reason text                              -- sealing of this ledger stands still, and why
) with (fillfactor = 40);

create table record_failures (
  ledger_no int not null,
  ledger_index bigint not null,
  customer_no int not null,
  seq bigint not null,
  confirmed_leaf bytea not null,
  detected_at timestamptz not null,
  healed_at timestamptz,
  primary key (ledger_no, ledger_index)
);
create index record_failures_by_customer on record_failures (ledger_no, customer_no, seq) where healed_at is null;

create table blocks (
  ledger_no int not null,
  first_index bigint not null,
  record_count int not null,
  environment text not null,
  root bytea not null,
  log_index bigint not null,
  tree_size bigint not null,                       -- the tree head under which the block was sealed
  sealed_at timestamptz not null,
  verified_at timestamptz not null,
  primary key (ledger_no, first_index)
);
create index blocks_by_root on blocks (root);

-- Where the records of a submission lie, found by the first eight bytes of its root; the rows named are compared in full.
create table submission_roots (
  root_prefix bigint not null,
  ledger_no int not null,
  first_index bigint not null,
  record_count int not null
);
create index submission_roots_by_prefix on submission_roots (root_prefix);

create table log_state (
  environment text primary key check (environment in ('sandbox', 'production')),
  origin text not null,
  size bigint not null default 0,
  do_not_write boolean not null default false,
  reason text
) with (fillfactor = 40);

create table log_keys (
  environment text not null references log_state,
  vkey text not null,
  first_size bigint not null,
  last_size bigint,
  primary key (environment, vkey)
);

create table log_entries (
  environment text not null,
  log_index bigint not null,
  entry bytea not null check (length(entry) = 33),
  ledger_no int,
  first_index bigint,                              -- of the block, for a block's entry
  checkpoint_id text,                              -- for a checkpoint's entry
  primary key (environment, log_index)
);

-- Roots of complete subtrees: level 0 are the leaf hashes, node n of level L covers [n * 2^L, (n + 1) * 2^L).
create table log_nodes (
  environment text not null,
  level smallint not null,
  node_index bigint not null,
  hash bytea not null,
  primary key (environment, level, node_index)
);

create table tree_heads (
  environment text not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  signed_at timestamptz not null,
  primary key (environment, size)
);

-- What pages and lists read: verified records of one customer in one UTC month. `month` is year * 12 + month - 1.
create table customer_months (
  ledger_no int not null,
  customer_no int not null,
  month int not null,
  record_count bigint not null default 0,
  verified_count bigint not null default 0,        -- records whose verification completed in this month
  net numeric not null default 0,
  increases numeric not null default 0,
  decreases numeric not null default 0,
  closing numeric not null default 0,              -- balance after the last record counted here
  first_seq bigint,
  last_seq bigint,
  first_at timestamptz,
  last_at timestamptz,
  unit text,
  mixed_units boolean not null default false,
  frontier bytea not null default '',              -- right edge of the tree over the month's record leaves
  frontier_mac bytea not null default '',
  primary key (ledger_no, customer_no, month)
) with (fillfactor = 60);

-- ---------------------------------------------------------------- closing

create table checkpoint_runs (
  checkpoint_run_id text primary key,
  ledger_no int not null references ledgers,
  identity bytea,                                  -- of a closed window; one run for ever
  start_at timestamptz not null,
  end_at timestamptz not null,
  as_of timestamptz not null,
  total_customers int not null,
  committed_count int not null default 0,
  existing_count int not null default 0,
  skipped_count int not null default 0,
  skipped jsonb not null default '[]',
  trigger text not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  leased_until timestamptz,
  next_customer_no int not null default 0          -- where the run goes on after a crash
);
create unique index checkpoint_runs_by_identity on checkpoint_runs (ledger_no, identity) where identity is not null;
create index checkpoint_runs_unfinished on checkpoint_runs (created_at) where finished_at is null;

create table checkpoints (
  checkpoint_id text primary key,
  ledger_no int not null references ledgers,
  customer_no int not null,
  environment text not null,
  mode text not null check (mode in ('all', 'selected')),
  trigger text not null check (trigger in ('api', 'dashboard', 'automation', 'receipt')),
  checkpoint_run_id text references checkpoint_runs,
  identity bytea,                                  -- of a closed window: the same checkpoint for ever
  scope_identity bytea not null,                   -- of the scope asked for, closed or open
  start_at timestamptz not null,
  end_at timestamptz not null,
  as_of timestamptz not null,
  covered_through timestamptz not null,
  record_count bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  first_record_at timestamptz,
  last_record_at timestamptz,
  opening numeric not null,
  net numeric not null,
  closing numeric not null,
  increases numeric not null,
  decreases numeric not null,
  unit text,
  recorded_by text not null,
  statement text not null,
  salt bytea not null,
  proof_root bytea not null,
  selected_seqs bigint[],
  created_at timestamptz not null,
  log_index bigint,
  tree_size bigint,
  verified_at timestamptz,
  receipt_issued_at timestamptz,
  foreign key (ledger_no, customer_no) references customers
);
create unique index checkpoints_by_identity on checkpoints (ledger_no, customer_no, identity) where identity is not null;
create index checkpoints_by_customer on checkpoints (ledger_no, customer_no, created_at desc, checkpoint_id);
create index checkpoints_by_ledger on checkpoints (ledger_no, created_at desc, checkpoint_id);
create index checkpoints_by_root on checkpoints (proof_root);
create index checkpoints_by_run on checkpoints (checkpoint_run_id) where checkpoint_run_id is not null;
create index checkpoints_to_seal on checkpoints (environment, created_at) where log_index is null;
