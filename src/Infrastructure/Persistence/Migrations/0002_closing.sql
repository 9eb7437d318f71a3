-- What closing and its readers ask besides the foundation.

-- The newest as-of checkpoint of one scope, which an open window gives again while nothing new was verified.
create index checkpoints_by_scope on checkpoints (ledger_no, customer_no, scope_identity, created_at desc);

-- Checkpoints that a run found and did not make itself. Those it made name it in `checkpoints.checkpoint_run_id`.
create table checkpoint_run_found (
  checkpoint_run_id text not null references checkpoint_runs,
  checkpoint_id text not null references checkpoints,
  primary key (checkpoint_run_id, checkpoint_id)
);

-- Lists of customers, newest first, a few rows of each ledger.
create index customers_by_age on customers (ledger_no, created_at desc, customer_no desc);
