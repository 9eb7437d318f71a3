-- Which sites may show a tenant's receipts in a frame. The list is never sent to anybody but the tenant.

create table embed_origins (
  tenant_id text primary key references tenants,
  origins text[] not null check (cardinality(origins) <= 20),   -- as browsers write them: https://host, https://host:port
  updated_at timestamptz not null
);
