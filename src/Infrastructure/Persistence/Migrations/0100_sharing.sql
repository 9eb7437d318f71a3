-- Shared Records: links, their codes' failures, the sessions that codes opened, who looked, and branded hosts.
-- A session is bound to versions and not deleted when one of them moves; it is simply not believed any more.

alter table tenants
  add column default_policy text not null default 'TWO_TIER' check (default_policy in ('OPEN', 'TWO_TIER', 'GATED')),
  add column auto_create_links boolean not null default true,
  add column sharing_version int not null default 1;       -- moves with default_policy

create table tenant_domains (
  domain_id text primary key,
  tenant_id text not null references tenants,
  vendor_account_id text references vendor_accounts,       -- under middleware always
  hostname text not null unique,
  challenge text not null,                                 -- what the TXT record has to say
  stage text not null check (stage in ('PENDING_OWNERSHIP', 'CNAME_PENDING', 'CERT_REQUESTED', 'CERT_ISSUED', 'ROUTE_BOUND')),
  suppress_powered_by boolean not null default false,
  created_at timestamptz not null,
  activated_at timestamptz
);
create index tenant_domains_by_tenant on tenant_domains (tenant_id, created_at);

-- Where links of new customers go; null is the default host.
alter table vendor_accounts add column domain_id text references tenant_domains;
create index vendor_accounts_by_domain on vendor_accounts (domain_id) where domain_id is not null;

alter table customers
  add column policy text not null default 'INHERIT' check (policy in ('INHERIT', 'OPEN', 'TWO_TIER', 'GATED')),
  add column domain_id text references tenant_domains,     -- where the link is; null is the default host
  add column sharing_version int not null default 1;       -- moves with the effective policy and the host
create index customers_by_domain on customers (domain_id) where domain_id is not null;

create table customer_links (
  link_no bigint generated always as identity primary key,
  ledger_no int not null,
  customer_no int not null,
  link_version int not null,
  handle text not null unique,
  created_at timestamptz not null,
  revoked_at timestamptz,
  code_version int not null default 1,
  code_rotated_at timestamptz,
  view_count bigint not null default 0,
  last_viewed_at timestamptz,
  view_event_at timestamptz,                               -- when each event was last sent: at most once an hour
  step_up_event_at timestamptz,
  unique (ledger_no, customer_no, link_version),
  foreign key (ledger_no, customer_no) references customers
) with (fillfactor = 80);
create unique index customer_links_active on customer_links (ledger_no, customer_no) where revoked_at is null;

-- Customers from before get theirs here, so that no later step has to look for customers without one.
-- 130 bits of a hash over two random identifiers, 244 random bits.
insert into customer_links (ledger_no, customer_no, link_version, handle, created_at)
select c.ledger_no, c.customer_no, 1, 'cus_' || made.name, now()
from customers c cross join lateral (
  select string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', (get_byte(random.bytes, i) & 31) + 1, 1), '' order by i) as name
  from (select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) as bytes where c.customer_no is not null) random,
    generate_series(0, 25) i) made;

-- One browser holds many rows, one for each link that it opened. The cookie itself is never stored.
create table record_sessions (
  browser_hash bytea not null check (length(browser_hash) = 32),
  link_no bigint not null references customer_links,
  code_version int not null,
  sharing_mark text not null,                              -- versions of the policy and the host that it was opened under
  host text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (browser_hash, link_no)
) with (fillfactor = 80);
create index record_sessions_by_link on record_sessions (link_no, ends_at);
create index record_sessions_by_end on record_sessions (ends_at);

-- Browsers that were let in, and their own failures since.
create table known_browsers (
  browser_hash bytea not null check (length(browser_hash) = 32),
  link_no bigint not null references customer_links,
  code_version int not null,
  let_in_at timestamptz not null,
  failures int not null default 0,
  primary key (browser_hash, link_no)
);
create index known_browsers_by_age on known_browsers (let_in_at);

-- Who has to wait. `client` is a keyed hash of the address: a full address is kept nowhere.
create table code_waits (
  link_no bigint not null references customer_links,
  client bytea not null,
  failures int not null,
  last_failed_at timestamptz not null,
  primary key (link_no, client)
);
create index code_waits_by_age on code_waits (last_failed_at);

-- The budget: never more than a hundred rows a code within its window, since no code is looked at beyond them.
create table code_failures (
  link_no bigint not null references customer_links,
  code_version int not null,
  failed_at timestamptz not null
);
create index code_failures_by_code on code_failures (link_no, code_version, failed_at);
create index code_failures_by_age on code_failures (failed_at);

create table access_log (
  entry_no bigint generated always as identity primary key,
  access_id text not null,
  ledger_no int not null,
  customer_no int not null,
  link_no bigint not null,
  at timestamptz not null,
  kind text not null check (kind in ('viewed', 'unlocked', 'step_up_failed', 'exported', 'compared')),
  host text not null,
  tier text,
  format text,
  period text,
  client_address text,                                     -- shortened, /24 or /48
  user_agent text
);
create index access_log_by_customer on access_log (ledger_no, customer_no, entry_no desc);
create index access_log_by_age on access_log (at);
