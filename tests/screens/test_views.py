"""Saved views: saving, changing, moving and deleting them, and two people doing so at once."""

import json
import time

import pytest

from deskterm.engine.door.desk import Desk, open_desk
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.preferences import ReadPreferences
from deskterm.engine.services.rows import ViewRow
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, NoteTicket
from deskterm.engine.services.views import CountViews, DeleteView, ListViews, SaveView
from tests.conftest import MovingClock, seat
from tests.screens.conftest import EVERYTHING
from tests.screens.driver import Person, sitting
from tests.siege.corpus import TEXTS


async def shows(person: Person, query: str) -> None:
    """Enter a query."""
    await person.press("/", "ctrl+u", f"text:{query}", "enter")
    await person.until(lambda: person.desk.reading.query == query and person.desk.tickets.has_focus)
    await person.rests()


async def panel(person: Person) -> None:
    """Open the panel behind V."""
    await person.press("V")
    await person.sees("save as new")


def views_of(who: Seat) -> dict[str, ViewRow]:
    """Somebody's views by name."""
    return {view.name: view for view in who.ask(ListViews(counted=False))}


def line(person: Person) -> str:
    """The line of views."""
    return person.lines[1].rstrip()


async def test_query_is_saved_for_oneself(ann: Seat, bo: Seat, three: tuple[int, ...]) -> None:
    """V, a name, and for me: the view has the next key and nobody else has it."""
    async with sitting(ann, size=(120, 30), view=EVERYTHING) as person:
        await shows(person, "second")
        await panel(person)
        await person.press("1", "text:Seconds", "enter")
        await person.sees("Seconds is for")
        await person.press("1")
        await person.sees('Saved "Seconds" for me: 8 shows it.', "8 Seconds·1")
        await person.press("6")
        await person.until(lambda: len(person.numbers) == 3)
        await person.press("8")
        await person.until(lambda: person.numbers == [three[1]])
    assert views_of(ann)["Seconds"].query == "second"
    assert "Seconds" not in views_of(bo)


async def test_sharing_is_greyed_with_the_reason(ann: Seat, three: tuple[int, ...]) -> None:
    """An agent shares with the people of a queue she has full on, and reads why with nobody else."""
    async with sitting(ann, view=EVERYTHING) as person:
        await shows(person, "second")
        await panel(person)
        await person.press("1", "text:Seconds", "enter")
        await person.sees("needs the permission share_views", "needs full on queue Network")
        await person.press("2")
        await person.sees("everyone: needs the permission share_views")
        await person.press("text:service", "enter")
        await person.sees('Saved "Seconds" for the people of Service Desk')
    assert (views_of(ann)["Seconds"].scope, views_of(ann)["Seconds"].queue) == ("queue", "Service Desk")


async def test_lead_shares_with_everyone(lea: Seat, ann: Seat, three: tuple[int, ...]) -> None:
    """What a lead saves for everyone has a key in everyone's session, also in one that is open."""
    async with sitting(ann, size=(120, 30), view=EVERYTHING) as there:
        async with sitting(lea, view=EVERYTHING) as here:
            await shows(here, "third")
            await panel(here)
            await here.press("1", "text:Thirds", "enter")
            await here.sees("Thirds is for")
            await here.press("2")
            await here.sees('Saved "Thirds" for everyone')
        await there.sees("8 Thirds·1")


async def test_name_that_is_taken_is_asked_for_again(ann: Seat, three: tuple[int, ...]) -> None:
    """A second view of one name is refused in words, with the name to correct; Esc saves nothing."""
    ann.do(SaveView(name="Seconds", query="first"))
    async with sitting(ann, view=EVERYTHING) as person:
        await shows(person, "second")
        for keys in (("text: too", "enter"), ("escape",)):
            await panel(person)
            await person.press("1", "text:Seconds", "enter")
            await person.sees("Seconds is for")
            await person.press("1")
            await person.sees("Another name:", "There is a view")
            await person.press(*keys)
            await person.sees_no("Another name:")
            await person.rests()
    assert sorted(name for name in views_of(ann) if "Seconds" in name) == ["Seconds", "Seconds too"]


async def test_changed_view_has_a_star(ann: Seat, three: tuple[int, ...]) -> None:
    """Another query than the view's own shows as a star, and Esc goes back to its own."""
    async with sitting(ann, size=(120, 30), view=EVERYTHING) as person:
        assert "*" not in line(person)
        await shows(person, "second")
        await person.sees("6 Everything open*·3")
        await person.press("escape")
        await person.until(lambda: len(person.numbers) == 3 and "*" not in line(person))


async def test_own_view_is_renamed_and_changed(ann: Seat, three: tuple[int, ...]) -> None:
    """Its name and its query can be changed; the star goes, and the count is that of the new query."""
    ann.do(SaveView(name="Seconds", query="second"))
    async with sitting(ann, size=(120, 30), view=8) as person:
        await panel(person)
        await person.sees("Seconds shows this query already")
        await person.press("escape")
        await shows(person, "is:open")
        await panel(person)
        await person.press("2")
        await person.sees('"Seconds" shows this query now, for me.', "8 Seconds·3")
        await panel(person)
        await person.press("3", "end", "text: of three", "enter")
        await person.sees('It is called "Seconds of three" now, for me.', "8 Seconds of t…·3")
    assert views_of(ann)["Seconds of three"].query == "is:open"


async def test_shared_view_is_not_an_agents_to_change(ann: Seat, bo: Seat, three: tuple[int, ...]) -> None:
    """Everyone's views are greyed for an agent, who can still put them at other keys for herself."""
    async with sitting(ann, size=(120, 30), view=EVERYTHING) as person:
        await panel(person)
        for key in ("2", "3", "5"):
            await person.press(key)
            await person.sees("needs the permission share_views")
        await person.press("4")
        await person.sees("Everything open to")
        await person.press("1")
        await person.sees('"Everything open" is view 1 now, for you.', "1 Everything open·3  2 My open tickets")
        await person.press("2")
        await person.sees("assignee:me")
    assert list(views_of(ann))[:2] == ["Everything open", "My open tickets"]
    assert next(iter(views_of(bo))) == "My open tickets"


async def test_deleted_view_can_be_saved_again(ann: Seat, three: tuple[int, ...]) -> None:
    """Deleting asks; what it showed stays, and V 1 offers the same name again."""
    ann.do(SaveView(name="Seconds", query="second"))
    async with sitting(ann, size=(120, 30), view=8) as person:
        for answer in ("n", "y"):
            await panel(person)
            await person.press("5")
            await person.sees('Delete "Seconds", for me? y/n')
            await person.press(answer)
            await person.sees_no("y/n")
            await person.rests()
        await person.sees('Deleted "Seconds". V 1 saves it again.')
        assert "Seconds" not in line(person) and person.numbers == [three[1]]
        await panel(person)
        await person.press("1", "enter")
        await person.sees("Seconds is for")
        await person.press("1")
        await person.sees("8 Seconds·1")
    assert views_of(ann)["Seconds"].query == "second"


async def test_more_than_nine_are_reached(ann: Seat, three: tuple[int, ...]) -> None:
    """Views without a digit are shown from the panel and from the palette."""
    for place in range(6):
        ann.do(SaveView(name=f"Extra {place}", query=f"thing sort:{'number' if place else 'subject'}"))
    ann.do(SaveView(name="Zuletzt", query="third"))
    async with sitting(ann, view=EVERYTHING) as person:
        await panel(person)
        await person.press("6", "text:zule", "enter")
        await person.until(lambda: person.numbers == [three[2]])
        await person.press("1", ":", "text:zuletzt", "enter")
        await person.until(lambda: person.numbers == [three[2]])
        await person.press("8")
        await person.sees("sort:subject")


async def test_digit_without_a_view_says_so(ann: Seat, three: tuple[int, ...]) -> None:
    """A digit that no view has says what to do, and changes nothing."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("9")
        await person.sees("There is no view 9; V saves one.")
        assert len(person.numbers) == 3


async def test_requester_keeps_views_too(rita: Seat, three: tuple[int, ...]) -> None:
    """A requester saves for themselves; no queue is named to them."""
    async with sitting(rita) as person:
        await shows(person, "created:-7d")
        await panel(person)
        await person.press("1", "text:This week", "enter")
        await person.sees("This week is for")
        assert "Service Desk" not in person.text and "Network" not in person.text
        await person.press("1")
        await person.sees('Saved "This week" for me')


async def test_panel_at_80_columns(ann: Seat, three: tuple[int, ...]) -> None:
    """Six lines over the list: what each does to the view that is shown, and why it does not."""
    async with sitting(ann, view=EVERYTHING) as person:
        await shows(person, "second")
        await panel(person)
        assert person.text.splitlines()[-9:] == [
            " Views",
            " 1 save as new       second",
            " 2 change its query  needs the permission share_views",
            " 3 rename            needs the permission share_views",
            " 4 move              Everything open to another key",
            " 5 delete            needs the permission share_views",
            " 6 show              one of 7 views",
            " 1/1",
            " Enter choose  Up/Down move  Esc back  letters filter",
        ]


async def test_panel_at_40_columns(ann: Seat, three: tuple[int, ...]) -> None:
    """The same on the smallest terminal, as many lines as it has."""
    async with sitting(ann, size=(40, 10), view=EVERYTHING) as person:
        await panel(person)
        assert person.text.splitlines()[-7:-2] == [
            " Views",
            " 1 save as new       is:open sort:-upda…",
            " 2 change its query  needs the permissi…",
            " 3 rename            needs the permissi…",
            " 4 move              Everything open to…",
        ]
        assert all(len(each) == 40 for each in person.lines)


async def test_right_lost_while_the_panel_is_open(admin: Seat, ann: Seat, three: tuple[int, ...]) -> None:
    """What was allowed when the panel opened is refused in words when it is not any more, and nothing is saved."""
    from deskterm.engine.services.people import ChangePerson

    async with sitting(ann, view=EVERYTHING) as person:
        await panel(person)
        await person.press("1", "text:Ours", "enter")
        await person.sees("the people of Service Desk")
        admin.do(ChangePerson(who="ann", changes={}, levels={"Service Desk": "read"}))
        await person.press("text:service", "enter")
        await person.sees("full")
        await person.rests()
    assert "Ours" not in views_of(ann)


# Two at once.


async def test_two_leads_change_one_view(admin: Seat, lea: Seat, three: tuple[int, ...]) -> None:
    """Who composed a change against what another has changed meanwhile is told what it is now; then it can be done."""
    async with sitting(lea, size=(120, 30), view=EVERYTHING) as person:
        await shows(person, "second")
        await panel(person)
        view = views_of(admin)["Everything open"]
        admin.do(SaveView(id=view.id, name="All that is open", query="is:open", scope="everyone"))
        await person.press("2")
        await person.sees("The view was changed meanwhile", "All that is open")
        await person.sees("6 All that is open*")
        await panel(person)
        await person.press("2")
        await person.sees('"All that is open" shows this query now')
    assert views_of(admin)["All that is open"].query == "second"


async def test_deleted_meanwhile(admin: Seat, lea: Seat, three: tuple[int, ...]) -> None:
    """A view that somebody else deletes goes from the line, its list stays, and changing it says that it is gone."""
    async with sitting(lea, size=(120, 30), view=EVERYTHING) as person:
        await panel(person)
        admin.do(DeleteView(id=views_of(admin)["Everything open"].id))
        await person.press("3", "text: x", "enter")
        await person.sees("There is no view")
        await person.until(lambda: "Everything" not in line(person), "the view gone")
        assert len(person.numbers) == 3 and person.desk.views.shown is None
        await person.press("1")
        await person.until(lambda: person.desk.views.shown is not None)


async def test_changes_elsewhere_show(admin: Seat, ann: Seat, three: tuple[int, ...]) -> None:
    """Another query of the shown view leaves the list as it is; the star and the status line say how to see it."""
    view = views_of(admin)["Everything open"]
    async with sitting(ann, size=(120, 30), view=EVERYTHING) as person:
        admin.do(SaveView(id=view.id, name=view.name, query="second", scope="everyone"))
        await person.sees("has another query now; Esc shows it.", "6 Everything open*·1")
        assert len(person.numbers) == 3
        await person.press("escape")
        await person.until(lambda: person.numbers == [three[1]])


async def test_two_sessions_of_one_person(ann: Seat, three: tuple[int, ...], clock: MovingClock) -> None:
    """What one session saves and deletes the other has within a second."""
    elsewhere = open_desk(ann.desk.path, clock)
    async with sitting(ann, size=(120, 30), view=EVERYTHING) as person:
        again = seat_for_login(elsewhere, "ann", "screen")
        row = again.do(SaveView(name="From there", query="first"))
        await person.sees("8 From there·1")
        again.do(DeleteView(id=row.id))
        await person.sees_no("From there")
    elsewhere.close()


async def test_view_of_a_queue_goes_with_the_right(admin: Seat, desk: Desk, three: tuple[int, ...]) -> None:
    """Who loses the queue loses its views, and what they count."""
    from deskterm.engine.services.people import ChangePerson

    bo = seat(admin, "bo", Network="work")
    admin.do(SaveView(name="Cables", query="queue:Network", scope="queue", queue="Network"))
    async with sitting(bo, size=(120, 30)) as person:
        await person.sees("8 Cables")
        admin.do(ChangePerson(who="bo", changes={}, levels={"Network": "none"}))
        await person.sees_no("Cables")


async def test_order_of_a_deleted_view_is_no_harm(ann: Seat, three: tuple[int, ...]) -> None:
    """Moving one view after another and deleting some leaves the order of the rest."""
    ann.do(SaveView(name="Seconds", query="second"))
    async with sitting(ann, size=(120, 30), view=8) as person:
        await panel(person)
        await person.press("4")
        await person.sees("Seconds to")
        await person.press("2")
        await person.sees('"Seconds" is view 2 now')
        await panel(person)
        await person.press("5")
        await person.sees("y/n")
        await person.press("y")
        await person.sees("Deleted", "1 My open tickets  2 Unassigned·3")
    order = json.loads(ann.ask(ReadPreferences())["views_order"])
    assert len(order) == 8


# Counts.


class CountingSeat:
    """A seat that notes how often views are counted, and which."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self.desk, self.actor, self.do, self.data_version = seat.desk, seat.actor, seat.do, seat.data_version
        self.settings = seat.settings
        self.counted: list[int] = []

    def ask(self, query: object) -> object:
        answer = self._seat.ask(query)  # type: ignore[arg-type]
        if isinstance(query, CountViews):
            self.counted.append(len(answer.counted))  # type: ignore[attr-defined]
        return answer


async def test_keys_count_nothing(ann: Seat, three: tuple[int, ...]) -> None:
    """Moving, typing and changing views count no view."""
    watched = CountingSeat(ann)
    async with sitting(watched, view=EVERYTHING) as person:
        before = len(watched.counted)
        for keys in (("j", "k", "G"), ("/", "text: fir", "enter"), ("escape",), ("2",), ("6",)):
            await person.press(*keys)
            await person.rests()
        assert len(watched.counted) == before == 1


async def test_many_changes_count_seldom(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """A busy desk is counted every few seconds, and the last change is counted too; what touches nothing is not."""
    watched = CountingSeat(ann)
    async with sitting(watched, size=(120, 30), view=EVERYTHING) as person:
        begun, before = time.monotonic(), len(watched.counted)
        for place in range(12):
            elsewhere.do(NewTicket(subject=f"More {place}", queue="Service Desk"))
            person.screen.look()
            await person.rests()
        await person.sees("3 New·15")
        assert len(watched.counted) - before <= 2 + (time.monotonic() - begun) / 2
        before = len(watched.counted)
        elsewhere.do(NoteTicket(number=three[0], body="A note counts for none of these."))
        await person.until(lambda: len(watched.counted) > before)
        assert watched.counted[-1] == 0


def saved(admin: Seat, ann: Seat) -> None:
    """A desk with views of many kinds."""
    admin.do(SaveView(name="Overdue", query="due:<now is:open"))
    for place in range(3):
        ann.do(SaveView(name=f"A view of mine with a long name {place}", query="is:open"))


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (40, " 4 Urgent  5 Waiting  6 Everythin…·3  …"),
        (60, " 3 New·3  4 Urgent  5 Waiting  6 Everythin…·3  …"),
        (80, " 1 My open t…  2 Unassigned·3  3 New·3  4 Urgent  5 Waiting  6 Everythin…·3  …"),
        (
            120,
            " 1 My open t…  2 Unassigned·3  3 New·3  4 Urgent  5 Waiting  6 Everythin…·3  7 Recently…"
            "  8 A view of…·3  …",
        ),
    ],
)
async def test_line_of_views(admin: Seat, ann: Seat, three: tuple[int, ...], width: int, expected: str) -> None:
    """As many views as fit with the one shown among them; nothing runs over the edge."""
    saved(admin, ann)
    async with sitting(ann, size=(width, 24), view=EVERYTHING) as person:
        await person.until(lambda: "·3" in line(person))
        await person.rests()
        assert line(person) == expected


async def test_late_views_stand_out(admin: Seat, ann: Seat, three: tuple[int, ...]) -> None:
    """The count of a view on what is too late is in the ink of urgent things, also without a number to it."""
    view = ann.do(SaveView(name="Late", query="due:<now is:open"))
    async with sitting(ann, size=(120, 24), view=EVERYTHING) as person:
        await person.until(lambda: view.id in person.desk.views.late)


async def test_view_whose_query_went_wrong(admin: Seat, ann: Seat, three: tuple[int, ...]) -> None:
    """A view of one's own that names what no longer exists is marked, says why when it is shown, and can be mended."""
    from deskterm.engine.services.people import ChangePerson
    from deskterm.engine.services.vocabulary import AddQueue

    admin.do(AddQueue(name="Facilities"))
    admin.do(ChangePerson(who="ann", changes={}, levels={"Facilities": "work"}))
    ann.do(SaveView(name="Rooms", query="queue:Facilities"))
    admin.do(ChangePerson(who="ann", changes={}, levels={"Facilities": "none"}))
    async with sitting(ann, size=(120, 24), view=EVERYTHING) as person:
        await person.sees("8 Rooms·?")
        await person.press("8")
        await person.sees('There is no queue "Facilities"')
        assert len(person.numbers) == 3


@pytest.mark.parametrize("text", [text for text in TEXTS if text.strip()][::15], ids=ascii)
async def test_nasty_names(ann: Seat, three: tuple[int, ...], text: str) -> None:
    """A name made to hurt is saved as plain text or refused in words, and every panel shows it harmless."""
    from textual import events

    async with sitting(ann, size=(120, 30), view=EVERYTHING) as person:
        await shows(person, "second")
        await panel(person)
        await person.press("1")
        await person.sees("Name of the new view")
        person.app.post_message(events.Paste(text.encode("utf-8", "replace").decode()))
        await person.press("enter")
        await person.rests_or_asks()
        await person.press("1")
        await person.rests_or_asks()
        await person.press("escape", "escape", "V")
        await person.sees("save as new")
        await person.press("6")
        await person.rests_or_asks()
        assert not any(character < " " or "\x7f" <= character < "\xa0" for each in person.lines for character in each)


async def test_counts_follow_own_changes(ann: Seat, three: tuple[int, ...]) -> None:
    """What one does oneself shows in the counts."""
    async with sitting(ann, size=(120, 30), view=EVERYTHING) as person:
        ann.do(ChangeTickets(numbers=(three[0],), changes={"priority": "urgent"}))
        person.screen.look()
        await person.sees("4 Urgent·1")
