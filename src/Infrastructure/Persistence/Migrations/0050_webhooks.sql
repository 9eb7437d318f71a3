-- Outgoing webhooks: who is told, what there is to tell, and what became of telling it.

create table webhook_endpoints (
  endpoint_no int generated always as identity primary key,
  webhook_id text not null unique,
  tenant_id text not null,
  environment text not null,
  url text not null,
  description text,
  secret bytea not null,                           -- AES-GCM under a key that is not in the database
  previous_secret bytea,                           -- signs as well until it expires
  previous_secret_expires_at timestamptz,
  enabled boolean not null default true,
  disabled_reason text check (disabled_reason in ('gone', 'failing')),
  generation int not null default 1,               -- one more whenever it is disabled or deleted: what waited until then has failed
  created_at timestamptz not null,
  deleted_at timestamptz,
  last_triggered_at timestamptz,
  success_count bigint not null default 0,
  failure_count bigint not null default 0,
  failing_since timestamptz,                       -- first failure after the last success
  delivery_count bigint not null default 0,        -- rows of webhook_deliveries
  lease bigint,                                    -- of the node that delivers to it now
  leased_until timestamptz,
  turned_at timestamptz,                           -- who was served longest ago is served next
  foreign key (tenant_id, environment) references tenant_environments
) with (fillfactor = 50);
create index webhook_endpoints_by_tenant on webhook_endpoints (tenant_id, environment);

-- One row an event, or for sealed records one row a run of them: event `place` of the row is about record first_index + place.
-- Ids of events are a permutation of (event_no, place), so that no event costs a row before it is sent.
create table webhook_events (
  event_no bigint generated always as identity primary key,
  tenant_id text not null,
  environment text not null,
  kind smallint not null,
  plan text not null,                              -- the tenant's at the time
  ledger_no int,
  first_index bigint,
  event_count int not null default 1,
  checkpoint_id text,
  data text,                                       -- JSON, where it cannot be derived again from what never changes
  created_at timestamptz not null
);

-- What an endpoint was not yet sent once: places from next_place on. A row lives until its last place was tried.
create table webhook_parcels (
  endpoint_no int not null,
  event_no bigint not null,
  generation int not null,
  event_count int not null,
  next_place int not null default 0,
  primary key (endpoint_no, event_no)
) with (fillfactor = 70);
create index webhook_parcels_waiting on webhook_parcels (endpoint_no, generation, event_no);

-- What an endpoint was sent. state: 0 to be sent, 1 to be sent again, 2 delivered, 3 given up.
create table webhook_deliveries (
  event_no bigint not null,
  last_attempt_at timestamptz,
  next_attempt_at timestamptz,
  delivered_at timestamptz,
  endpoint_no int not null,
  place int not null,
  generation int not null,
  duration_ms int,
  kind smallint not null,
  state smallint not null,
  attempts smallint not null,
  response_status smallint,
  last_error text,
  earlier jsonb,                                   -- attempts before the last one
  primary key (endpoint_no, event_no, place)
);
create index webhook_deliveries_due on webhook_deliveries (endpoint_no, generation, next_attempt_at) where next_attempt_at is not null;

-- Nearly all rows are delivered delta.verified; lists that leave those out read this.
create index webhook_deliveries_uncommon on webhook_deliveries (endpoint_no, event_no, place) where state <> 2 or kind <> 1;
