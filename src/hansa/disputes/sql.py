"""What the database itself refuses: changing what a case was filed with, or anything about a case that is over."""

FROZEN = """
create function disputes_keep_frozen() returns trigger language plpgsql as $$
begin
    if old.state in ('FINAL', 'SETTLED', 'WITHDRAWN') then
        raise exception 'case % is over and never changes', old.code using errcode = 'restrict_violation';
    end if;
    if (new.id, new.code, new.network_id, new.kind, new.subject_type, new.subject_id, new.subject_label,
        new.claimant_id, new.respondent_id, new.decided_at, new.opened_at, new.rules, new.decision)
        is distinct from
       (old.id, old.code, old.network_id, old.kind, old.subject_type, old.subject_id, old.subject_label,
        old.claimant_id, old.respondent_id, old.decided_at, old.opened_at, old.rules, old.decision) then
        raise exception 'what case % was filed with never changes', old.code using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger disputes_case_frozen before update on disputes_case
    for each row execute function disputes_keep_frozen();
create trigger disputes_case_kept before delete on disputes_case
    for each statement execute function hansa_refuse_change();
"""
UNDO_FROZEN = """
drop trigger disputes_case_frozen on disputes_case;
drop trigger disputes_case_kept on disputes_case;
drop function disputes_keep_frozen();
"""
