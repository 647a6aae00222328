"""The chain as the database keeps it."""

SEAL_AT_COMMIT = """
create table activity_head (
    network_id uuid primary key,
    seq bigint not null,
    hash bytea not null
);
create function activity_seal() returns trigger language plpgsql security definer set search_path = public as $$
declare
    head activity_head;
    sealed bytea;
begin
    insert into activity_head values (new.network_id, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
    select * into head from activity_head where network_id = new.network_id for update;
    sealed := sha256(head.hash || convert_to((head.seq + 1)::text || ':' || new.payload, 'UTF8'));
    insert into activity_link (event_id, network_id, seq, previous, hash)
        values (new.id, new.network_id, head.seq + 1, head.hash, sealed);
    update activity_head set seq = head.seq + 1, hash = sealed where network_id = new.network_id;
    return null;
end $$;
create constraint trigger activity_event_seal after insert on activity_event
    deferrable initially deferred for each row execute function activity_seal();
"""
UNDO_SEAL_AT_COMMIT = """
drop trigger activity_event_seal on activity_event;
drop function activity_seal();
drop table activity_head;
"""
