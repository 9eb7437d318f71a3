-- The ledger index of the first record that was accepted at or after an instant, or one past the last record.
-- `accepted_at` never decreases with `ledger_index`, so this is a search of some two dozen index probes and not a scan.
create function index_at(ledger int, at timestamptz) returns bigint language plpgsql stable as $$
declare low bigint := 0; high bigint; middle bigint; found_at timestamptz;
begin
  select next_index into high from ledger_heads where ledger_no = ledger;
  while low < high loop
    middle := (low + high) / 2;
    select accepted_at into found_at from records where ledger_no = ledger and ledger_index = middle;
    if found_at >= at then high := middle; else low := middle + 1; end if;
  end loop;
  return low;
end $$;
