-- Checkpoints that are committed by themselves after the end of each month, week or day.

-- One row a tenant and environment. `closed_through` is all the progress there is: windows that end by then are done.
create table checkpoint_automation (
  tenant_id text not null references tenants,
  environment text not null check (environment in ('sandbox', 'production')),
  enabled boolean not null,
  cadence text not null check (cadence in ('monthly', 'weekly', 'daily')),
  delay_minutes int not null check (delay_minutes between 0 and 1440),
  closed_through timestamptz not null default 'epoch',
  next_run_at timestamptz,                         -- null while it is off
  leased_until timestamptz,
  primary key (tenant_id, environment)
) with (fillfactor = 70);
create index checkpoint_automation_due on checkpoint_automation (next_run_at) where next_run_at is not null;

-- The runs that automation began, or found begun by another hand.
create table automation_runs (
  checkpoint_run_id text primary key references checkpoint_runs,
  tenant_id text not null,
  environment text not null,
  cadence text not null,
  taken_at timestamptz not null
);
create index automation_runs_by_tenant on automation_runs (tenant_id, environment, taken_at desc, checkpoint_run_id);

-- Runs to come back to, and whether a run has checkpoints that are not under a tree head yet: both normally empty.
create index checkpoint_runs_with_skipped on checkpoint_runs (finished_at) where skipped_count > 0 and finished_at is not null;
create index checkpoints_not_verified on checkpoints (ledger_no) where verified_at is null;
