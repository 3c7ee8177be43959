"""Saved views: who makes them for whom, who sees them, and what they never tell."""

import json

import pytest

from deskterm.engine.door.errors import BadQuery, Conflict, Denied, Invalid, NotFound
from deskterm.engine.door.seat import Seat
from deskterm.engine.services import views
from deskterm.engine.services.audit import AuditLog
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.preferences import SetPreference
from deskterm.engine.services.rows import ViewRow
from deskterm.engine.services.tickets import NewTicket
from deskterm.engine.services.views import DeleteView, ListViews, SaveView


def names(seat: Seat) -> list[str]:
    return [view.name for view in seat.ask(ListViews(counted=False))]


def named(seat: Seat, name: str) -> ViewRow:
    return next(view for view in seat.ask(ListViews()) if view.name == name)


def test_view_of_ones_own(ann: Seat, bo: Seat) -> None:
    """Saved, counted, seen by its owner alone, and changed under the same id."""
    ann.do(NewTicket(subject="VPN is down", queue="Network"))
    made = ann.do(SaveView(name="  My\nVPN ", query=" vpn   is:open\n"))
    assert (made.name, made.query, made.scope, made.owner, made.may_change) == (
        "My VPN",
        "vpn is:open",
        "mine",
        "ann",
        True,
    )
    assert named(ann, "My VPN").count == 1
    assert "My VPN" not in names(bo)
    changed = ann.do(SaveView(id=made.id, name="VPN", query="vpn"))
    assert (changed.id, names(ann).count("VPN"), "My VPN" in names(ann)) == (made.id, 1, False)


def test_requester_may_save_too(rita: Seat) -> None:
    """Whoever may read may keep a query; sharing it is another matter."""
    assert rita.do(SaveView(name="Open", query="is:open")).scope == "mine"
    with pytest.raises(Denied, match="share_views"):
        rita.do(SaveView(name="Open", query="is:open", scope="everyone"))


def test_view_of_a_queue(ann: Seat, bo: Seat, lea: Seat, rita: Seat) -> None:
    """Made with full on the queue or by who shares views; seen by those who read it."""
    ann.do(SaveView(name="Desk", query="is:open", scope="queue", queue="service desk"))
    lea.do(SaveView(name="Net", query="queue:Network", scope="queue", queue="Network"))
    with pytest.raises(Denied, match="share_views or full on queue Network"):
        bo.do(SaveView(name="Mine now", query="", scope="queue", queue="Network"))
    assert {"Desk", "Net"} <= set(names(ann))
    assert ("Desk" in names(bo), "Net" in names(bo)) == (False, True)
    assert not {"Desk", "Net"} & set(names(rita))
    assert (named(ann, "Desk").may_change, named(ann, "Net").may_change, named(ann, "Net").queue) == (
        True,
        False,
        "Network",
    )


def test_shared_view_is_changed_by_who_may_share(ann: Seat, lea: Seat) -> None:
    """Others read it, and are told what is missing."""
    made = lea.do(SaveView(name="All of it", query="", scope="everyone"))
    with pytest.raises(Denied, match="share_views"):
        ann.do(SaveView(id=made.id, name="Mine", query=""))
    with pytest.raises(Denied, match="share_views"):
        ann.do(DeleteView(id=made.id))
    lea.do(DeleteView(id=made.id))
    assert "All of it" not in names(ann)


def test_giving_a_view_away_needs_the_right_to_where_it_goes(ann: Seat, admin: Seat) -> None:
    """One's own view does not become everyone's by changing its scope."""
    made = ann.do(SaveView(name="Mine", query="is:open"))
    with pytest.raises(Denied):
        ann.do(SaveView(id=made.id, name="Mine", query="is:open", scope="everyone"))
    ann.do(SaveView(id=made.id, name="Mine", query="is:open", scope="queue", queue="Service Desk"))
    assert (named(ann, "Mine").scope, named(ann, "Mine").owner) == ("queue", None)
    assert "Mine" in names(admin)


def test_view_of_somebody_else_is_not_there(admin: Seat, bo: Seat) -> None:
    """Not even the admin changes or deletes a private view; it reads as missing."""
    made = bo.do(SaveView(name="Private", query="is:open"))
    for command in (SaveView(id=made.id, name="x", query=""), DeleteView(id=made.id), DeleteView(id=424_242)):
        with pytest.raises(NotFound, match="There is no view"):
            admin.do(command)
    assert "Private" in names(bo)


def test_view_that_names_a_hidden_queue_is_left_out(admin: Seat, bo: Seat, rita: Seat) -> None:
    """A shared query must not tell of a queue, or of a colleague, that one may not see; its id reads as missing."""
    secret = admin.do(SaveView(name="Incidents", query="queue:Security", scope="everyone"))
    admin.do(SaveView(name="Of bo", query="assignee:bo", scope="everyone"))
    assert "Incidents" in names(admin)
    assert ("Incidents" in names(bo), "Of bo" in names(bo)) == (False, True)
    assert not {"Incidents", "Of bo"} & set(names(rita))
    assert "Incidents" not in [view.name for view in bo.ask(ListViews(counted=True))]
    with pytest.raises(NotFound, match="There is no view"):
        bo.do(DeleteView(id=secret.id))


def test_lost_right_takes_the_view_along(admin: Seat, bo: Seat) -> None:
    """A queue's view goes with the queue, at once; one's own that names it stays, without a count."""
    admin.do(SaveView(name="Net", query="is:open", scope="queue", queue="Network"))
    bo.do(SaveView(name="Mine", query="queue:Network"))
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    assert ("Net" in names(bo), "Mine" in names(bo), named(bo, "Mine").count) == (False, True, None)


def test_saving_for_a_hidden_queue_answers_as_if_it_were_not_there(bo: Seat) -> None:
    """Neither the scope nor the query tells whether a queue exists."""
    for queue in ("Security", "Nowhere"):
        with pytest.raises(NotFound, match=f'There is no queue "{queue}"'):
            bo.do(SaveView(name="x", query="", scope="queue", queue=queue))
        with pytest.raises(BadQuery, match=f'There is no queue "{queue}"'):
            bo.do(SaveView(name="x", query=f"queue:{queue}"))


def test_wrong_query_is_refused_with_its_place(ann: Seat) -> None:
    """Nothing is saved that cannot be asked."""
    with pytest.raises(BadQuery, match="colour") as refusal:
        ann.do(SaveView(name="Red", query="is:open colour:red"))
    assert (refusal.value.start, refusal.value.end) == (8, 14)
    assert "Red" not in names(ann)


@pytest.mark.parametrize(
    "command",
    [
        SaveView(name=" ", query=""),
        SaveView(name="12", query=""),
        SaveView(name="x", query="", scope="queue"),
        SaveView(name="x", query="", queue="Network"),
        SaveView(name="x", query="", scope="all"),
    ],
)
def test_nonsense_is_refused(ann: Seat, command: SaveView) -> None:
    """A view has a name, and is for me, for a queue's people or for everyone."""
    with pytest.raises(Invalid):
        ann.do(command)


def test_one_name_once_for_the_same_people(ann: Seat, lea: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mine may be called as everyone's, but not twice; and there is an end to them."""
    ann.do(SaveView(name="New", query="status:new"))
    with pytest.raises(Conflict, match='"new"'):
        ann.do(SaveView(name="new", query=""))
    with pytest.raises(Conflict):
        lea.do(SaveView(name="Urgent", query="", scope="everyone"))
    monkeypatch.setattr(views, "MOST_VIEWS", 1)
    with pytest.raises(Invalid, match="already"):
        ann.do(SaveView(name="Another", query=""))


def test_order_is_as_i_put_them(ann: Seat, bo: Seat) -> None:
    """Those I put first, then everyone's and mine; ids that are gone do no harm; others keep their order."""
    before = names(bo)
    made = ann.do(SaveView(name="Mine", query=""))
    urgent = named(ann, "Urgent")
    assert names(ann)[-1] == "Mine"
    ann.do(SetPreference(key="views_order", value=json.dumps([made.id, 424_242, urgent.id])))
    assert names(ann)[:2] == ["Mine", "Urgent"]
    assert sorted(names(ann)) == sorted([*before, "Mine"])
    assert names(bo) == before


def test_change_composed_against_an_older_view_is_refused(admin: Seat, lea: Seat) -> None:
    """Of two who change one view, the second is told what it is now; one that was deleted is not there."""
    made = lea.do(SaveView(name="Team", query="is:open", scope="everyone"))
    admin.do(SaveView(id=made.id, name="Crew", query="is:open", scope="everyone", version=made.version))
    for command in (
        SaveView(id=made.id, name="Team 2", query="", scope="everyone", version=made.version),
        DeleteView(id=made.id, version=made.version),
    ):
        with pytest.raises(Conflict, match='now "Crew" for everyone, showing "is:open"'):
            lea.do(command)
    lea.do(DeleteView(id=made.id, version=named(lea, "Crew").version))
    with pytest.raises(NotFound):
        admin.do(SaveView(id=made.id, name="Crew", query="", scope="everyone", version=made.version))


def test_history_of_a_view_is_its_own(admin: Seat) -> None:
    """Saved, changed and deleted is audited, and its id is not given away again."""
    made = admin.do(SaveView(name="One", query="is:open"))
    admin.do(SaveView(id=made.id, name="Two", query="is:open"))
    admin.do(DeleteView(id=made.id))
    events = [event for event in admin.ask(AuditLog(limit=10)) if event.subject == f"view {made.id}"]
    assert [(event.action, event.field) for event in events] == [
        ("view.delete", ""),
        ("view.save", "name"),
        ("view.save", ""),
    ]
    assert admin.do(SaveView(name="Three", query="")).id > made.id
