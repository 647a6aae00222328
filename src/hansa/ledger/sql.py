"""What the database itself refuses: transactions that do not balance, postings into periods that are not open."""

BALANCE = """
create function ledger_check_balance() returns trigger language plpgsql as $$
declare
    checked uuid;
    off record;
    scope_before text := coalesce(current_setting('hansa.system', true), '');
begin
    perform set_config('hansa.system', 'on', true);  -- at commit no scope is open any more
    checked := case when tg_table_name = 'ledger_entry' then (to_jsonb(new) ->> 'transaction_id')::uuid else new.id end;
    if not exists (select 1 from ledger_entry where transaction_id = checked) then
        raise exception 'ledger transaction % has no entries', checked using errcode = 'check_violation';
    end if;
    select currency, sum(amount) as total into off from ledger_entry where transaction_id = checked
        group by currency having sum(amount) <> 0 limit 1;
    if found then
        raise exception 'ledger transaction % is off by % in %', checked, off.total, off.currency
            using errcode = 'check_violation';
    end if;
    perform set_config('hansa.system', scope_before, true);
    return null;
end $$;
create constraint trigger ledger_entry_balances after insert on ledger_entry
    deferrable initially deferred for each row execute function ledger_check_balance();
create constraint trigger ledger_transaction_balances after insert on ledger_transaction
    deferrable initially deferred for each row execute function ledger_check_balance();
"""
UNDO_BALANCE = """
drop trigger ledger_entry_balances on ledger_entry;
drop trigger ledger_transaction_balances on ledger_transaction;
drop function ledger_check_balance();
"""

CLOSED_PERIODS = """
create function ledger_check_period_open() returns trigger language plpgsql as $$
declare
    current_state text;
begin
    if tg_table_name = 'ledger_journal' then
        select state into current_state from ledger_period where id = new.period_id for share;
        if current_state is distinct from 'OPEN' then
            raise exception 'nothing posts to a period that is not open' using errcode = 'check_violation';
        end if;
    elsif old.state = 'CLOSED' or (old.state = 'CLOSING' and new.state = 'OPEN') then
        raise exception 'a closed period never changes' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger ledger_journal_period before insert on ledger_journal
    for each row execute function ledger_check_period_open();
create trigger ledger_period_closed before update on ledger_period
    for each row execute function ledger_check_period_open();
create trigger ledger_period_kept before delete on ledger_period
    for each row when (old.state <> 'OPEN') execute function hansa_refuse_change();
"""
UNDO_CLOSED_PERIODS = """
drop trigger ledger_journal_period on ledger_journal;
drop trigger ledger_period_closed on ledger_period;
drop trigger ledger_period_kept on ledger_period;
drop function ledger_check_period_open();
"""
