"""`kill -9` of the server and of the worker, and many clients at once, against the product as it really runs.

Each acknowledged report and run must be finished by a later worker, once: nothing lost, nothing doubled.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from hansa.activity.models import Event
from hansa.activity.tasks import SILENT_SECONDS
from hansa.incentives.models import SettlementRun
from hansa.kit.failures import NotPossibleNow
from hansa.kit.scope import acting, system
from hansa.ledger.models import Entry, Journal, Transaction
from hansa.sales.models import LineFile, ReportState, SalesReport
from tests.safety.servers import Installation, installation, multipart, wait_for
from tests.world.documents import HEADER, READING
from tests.world.story import World

KILLS = int(os.environ.get("HANSA_KILLS", "60" if os.environ.get("HANSA_FULL") else "3"))
# A job whose worker died is taken up when that has been silent for a minute and the next minute begins; then it runs.
TAKEN_UP_AGAIN = SILENT_SECONDS + 60 + 60
SEED = 20_250_420


@pytest.fixture
def running(committed_world: World, tmp_path: Path) -> Iterator[Installation]:
    from hansa.kit import config
    from hansa.kit.postgres import Cluster

    name = str(connection.settings_dict["NAME"])
    folder = str(Cluster(config.home() / "postgres").socket_folder)
    made = installation(tmp_path, name, folder, config.home() / "secrets")
    try:
        made.start("web")
        yield made
    finally:
        made.stop()
        connection.close()


def file_of(world: World, *, rows: int, seed: int) -> bytes:
    """A report of so many good lines, different for each seed."""
    number, sku = world.secrets["number aurora-channel elm"], world.skus["aurora-channel"]
    lines = [f"I{seed}-{row},1,2025-04-05,{number},,{sku},1,{row + 1}.00,EUR," for row in range(rows)]
    return "\n".join([HEADER, *lines, ""]).encode()


def upload(at: Installation, world: World, content: bytes, *, month: str, key: str) -> str:
    """Send a report until it is acknowledged; the same key each time, as a careful client does. Returns its code."""
    fields = {"month": month, "reading": json.dumps(READING)}
    body, kind = multipart(fields, "report.csv", content)
    path = "/api/v1/networks/aurora-channel/sales/reports"
    for _attempt in range(20):
        status, answer, _ = at.send("POST", path, token=world.tokens["delta.all"], key=key, body=body, kind=kind)
        if status in {200, 202}:
            return str(answer["code"])
        assert status in {0, 409}, (status, answer)
        if "web" not in at.running:
            at.start("web")
        time.sleep(0.2)
    raise AssertionError("the report was never acknowledged")


def report_at(code: str) -> SalesReport:
    with acting(system("looking after a crash")):
        return SalesReport.objects.get(code=code)


def test_reports_survive_the_death_of_server_and_worker(running: Installation, committed_world: World) -> None:
    chance = random.Random(SEED)
    months = [f"20{year}-{month:02d}" for year in range(18, 25) for month in range(1, 13)]
    codes: list[str] = []
    for kill in range(KILLS):
        content = file_of(committed_world, rows=400, seed=kill)
        running.start("worker")
        codes.append(upload(running, committed_world, content, month=months[kill % len(months)], key=f"report-{kill}"))
        time.sleep(chance.uniform(0.0, 3.0))
        running.kill(chance.choice(["web", "worker", "worker"]))
        running.kill("worker")
        if "web" not in running.running:
            running.start("web")
    assert len(set(codes)) == KILLS
    running.start("worker")

    settled = wait_for(lambda: all(report_at(code).state not in WAITING for code in codes), TAKEN_UP_AGAIN + 10 * KILLS)
    assert settled, [(code, report_at(code).state) for code in codes] + jobs()
    with acting(system("looking after a crash")):
        for code in codes:
            report = SalesReport.objects.get(code=code)
            assert (report.state, report.lines + report.quarantined) == (ReportState.TAKEN, 400)
            taken = LineFile.objects.filter(report=report)
            assert sum(taken.values_list("rows", flat=True)) == report.lines
            kinds = list(Event.objects.filter(subject_id=report.id).values_list("kind", flat=True))
            assert len(kinds) == len(set(kinds))


WAITING = {ReportState.RECEIVED, ReportState.CHECKING}


def jobs() -> list[Any]:
    """What the queue says, for the message of a failure."""
    with connection.cursor() as cursor:
        cursor.execute("select id, task_name, status, attempts, worker_id from procrastinate_jobs order by id")
        return list(cursor.fetchall())


def test_a_settlement_survives_the_death_of_server_and_worker(running: Installation, committed_world: World) -> None:
    chance = random.Random(SEED + 1)
    token, version = committed_world.tokens["aurora.all"], committed_world.versions["aurora-channel"].code
    path = "/api/v1/networks/aurora-channel/runs"
    for kill in range(KILLS):
        body = json.dumps({"version": version, "period": "2025-Q1"}).encode()
        status, answer, _ = running.send("POST", path, token=token, key=f"run-{kill}", body=body)
        assert status in {200, 201, 202}, answer
        running.start("worker")
        time.sleep(chance.uniform(0.0, 3.0))
        running.kill("worker")
        running.start("worker")
        code = answer["code"]
        previewed = wait_for(lambda code=code: run_at(code).state not in {"QUEUED", "RUNNING"}, TAKEN_UP_AGAIN)
        assert previewed, jobs()
        assert run_at(code).state == "PREVIEWED", jobs()
        committed = commit_through_a_crash(running, token, code, f"commit-{kill}", chance)
        assert committed["state"] == "COMMITTED"
        running.kill("worker")
    with acting(system("looking after a crash")):
        assert Journal.objects.filter(network_id=committed_world.networks["aurora-channel"].id).count() == 1
        assert sum(Entry.objects.values_list("amount", flat=True)) == 0


def run_at(code: str) -> SettlementRun:
    with acting(system("looking after a crash")):
        return SettlementRun.objects.get(code=code)


def commit_through_a_crash(at: Installation, token: str, code: str, key: str, chance: random.Random) -> dict[str, Any]:
    """Commit while the server is shot, and again with the same key until an answer comes."""
    path = f"/api/v1/runs/{code}/commitment"
    shooter = threading.Timer(chance.uniform(0.0, 0.4), lambda: at.kill("web"))
    shooter.start()
    status, answer, _ = at.send("POST", path, token=token, key=key)
    shooter.join()
    at.start("web")
    status, answer, _ = at.send("POST", path, token=token, key=key)
    assert status in {200, 201}, (status, answer)
    return answer


def test_the_same_key_gets_the_same_answer(running: Installation, committed_world: World) -> None:
    token, rival = committed_world.tokens["aurora.all"], committed_world.tokens["boreal.all"]
    body = json.dumps({"name": "Newcomer"}).encode()
    first = running.send("POST", "/api/v1/organizations", token=token, key="same", body=body)
    again = running.send("POST", "/api/v1/organizations", token=token, key="same", body=body)
    other = running.send("POST", "/api/v1/organizations", token=token, key="same", body=b'{"name": "Another"}')
    stranger = running.send("POST", "/api/v1/organizations", token=rival, key="same", body=body)

    assert (first[0], again[0], other[0], stranger[0]) == (201, 201, 422, 201)
    assert first[1] == again[1]
    assert (again[2].get("Idempotent-Replay") or again[2].get("idempotent-replay")) == "true"
    assert stranger[1] != first[1]
    for bad in ("x" * 256, " \u0009"):
        assert running.send("POST", "/api/v1/organizations", token=token, key=bad, body=body)[0] == 400


def test_while_the_first_runs_the_second_waits_outside(running: Installation, committed_world: World) -> None:
    """The first request's lock is taken by this test, so that the second surely meets it."""
    import hashlib

    organization = committed_world.organizations["aurora"].id
    number = int.from_bytes(hashlib.sha256(f"{organization}:held".encode()).digest()[:8], "big", signed=True)
    body, token = json.dumps({"name": "Newcomer"}).encode(), committed_world.tokens["aurora.all"]
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [number])
        during = running.send("POST", "/api/v1/organizations", token=token, key="held", body=body)
        cursor.execute("select pg_advisory_unlock(%s)", [number])
    after = running.send("POST", "/api/v1/organizations", token=token, key="held", body=body)

    assert (during[0], after[0]) == (409, 201)


def test_eight_clients_commit_one_run_and_it_posts_once(running: Installation, committed_world: World) -> None:
    token = committed_world.tokens["aurora.all"]
    code = previewed_run(committed_world)
    before = posted(committed_world)
    answers: list[int] = []
    barrier = threading.Barrier(8)

    def commit() -> None:
        barrier.wait()
        answers.append(running.send("POST", f"/api/v1/runs/{code}/commitment", token=token)[0])

    threads = [threading.Thread(target=commit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [201] + [409] * 7
    assert posted(committed_world) == before + 1


def previewed_run(world: World) -> str:
    """A run of a new version for the same quarter, whose commitment posts a difference."""
    from hansa.incentives.operations.runs import compute_run, request_run
    from hansa.programs.operations import publish, save_draft
    from tests.world.documents import PROGRAM
    from tests.world.story import NOW, PERIOD

    text = PROGRAM.format(name="Better", label="2025-d", rebate="Rebate", commission="Commission").replace("1.7%", "2%")
    scope = world.scope("aurora.owner")
    with acting(scope):
        program = world.programs["aurora-channel"]
        save_draft(program=program, text=text, revision=2, at=NOW)
        version = publish(program=program, revision=3, note="", at=NOW)
        run = request_run(version=version, period=PERIOD, at=NOW)
    compute_run(run_id=run.id, scope=scope, at=NOW)
    return str(run.code)


def posted(world: World) -> int:
    """How many journals the network has, each transaction of which stands once."""
    with acting(system("counting what was posted")):
        network = world.networks["aurora-channel"].id
        rows = list(Transaction.objects.filter(network_id=network).values_list("source", "beneficiary", "kind"))
        assert len(rows) == len(set(rows))
        return int(Journal.objects.filter(network_id=network).count())


def test_without_the_lock_two_commitments_collide(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the locks taken away and both waiting between the check and the write, one runs into the other."""
    from django.db import connections
    from django.db.utils import IntegrityError

    from hansa.incentives.models import SettlementRun as Run
    from hansa.incentives.operations import commitment
    from hansa.ledger.operations import posting
    from tests.world.story import NOW

    code, scope = previewed_run(committed_world), committed_world.scope("aurora.owner")
    with acting(scope):
        run_id = Run.objects.get(code=code).id
    barrier, outcomes = threading.Barrier(2, timeout=20), []
    accrued = commitment.accrued

    def unlocked(run_id: object) -> Run:
        return Run.objects.select_related("network", "version").get(id=run_id)

    def late(network_id: object) -> object:
        barrier.wait()
        return accrued(network_id)

    monkeypatch.setattr(commitment, "_locked", unlocked)
    monkeypatch.setattr(commitment, "accrued", late)
    monkeypatch.setattr(posting, "lock_ledger", lambda network_id: None)

    def commit() -> None:
        try:
            with acting(scope):
                commitment.commit_run(run_id=run_id, at=NOW)
            outcomes.append("committed")
        except NotPossibleNow:
            outcomes.append("refused")
        except IntegrityError:
            outcomes.append("collided")
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=commit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) in (["collided", "committed"], ["committed", "committed"])
