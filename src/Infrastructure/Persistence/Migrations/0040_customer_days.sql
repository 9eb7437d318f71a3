-- Verified records of one customer on one UTC day: what breakdowns, totals of any window and comparisons of checkpoints read.
-- `day` counts from 1970-01-01, which is 0. Kept by the sealer beside the month and by the same rule: a FAILED record is in none.
create table customer_days (
  ledger_no int not null,
  customer_no int not null,
  day int not null,
  record_count bigint not null,
  increases numeric not null,
  decreases numeric not null,
  primary key (ledger_no, customer_no, day)
) with (fillfactor = 60);

insert into customer_days (ledger_no, customer_no, day, record_count, increases, decreases)
select r.ledger_no, r.customer_no, (r.accepted_at at time zone 'UTC')::date - date '1970-01-01', count(*),
  coalesce(sum(r.delta) filter (where r.delta > 0), 0), coalesce(sum(r.delta) filter (where r.delta < 0), 0)
from records r join ledger_seals s on s.ledger_no = r.ledger_no
where r.ledger_index < s.sealed_index and not exists (
  select from record_failures f where f.ledger_no = r.ledger_no and f.ledger_index = r.ledger_index and f.healed_at is null)
group by 1, 2, 3;

-- A customer's checkpoints in the order of their windows, for a timeline.
create index checkpoints_by_window on checkpoints (ledger_no, customer_no, start_at, covered_through, created_at, checkpoint_id);
