"""V keeps the present query as a view, and changes, moves and deletes those there are."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import ViewRow
from deskterm.engine.services.views import DeleteView, ListViews, SaveView
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting


def views(seat: Seat) -> dict[str, ViewRow]:
    """The views open to somebody, by name."""
    return {view.name: view for view in seat.ask(ListViews())}


async def queries(person: Person, query: str) -> None:
    """Show another query than the view's."""
    await person.press("slash", "ctrl+u", f"text:{query}", "enter")
    await person.rests()


async def test_query_is_saved_as_a_view_of_ones_own(ann: Seat, lea: Seat, opens: Opener) -> None:
    """Name it, say for whom: it has a key and a count at once, and is nobody else's."""
    opens("Printer")
    async with sitting(ann, view=EVERYTHING, size=(120, 40)) as person:
        await queries(person, "printer is:open")
        await person.press("V", "1", "text:Printers", "enter", "1")
        await person.sees('Saved "Printers" for me', "Printers·1")
    assert views(ann)["Printers"].query == "printer is:open"
    assert "Printers" not in views(lea)


async def test_view_for_everyone_needs_the_right(ann: Seat, lea: Seat, opens: Opener) -> None:
    """A lead shares it; an agent sees the choice greyed with the reason, and it stays hers."""
    opens("Printer")
    async with sitting(lea, view=EVERYTHING, size=(120, 40)) as person:
        await queries(person, "printer")
        await person.press("V", "1", "text:Shared", "enter", "2")
        await person.sees('Saved "Shared" for everyone')
    assert "Shared" in views(ann)
    async with sitting(ann, view=EVERYTHING, size=(120, 40)) as person:
        await person.press("V", "1", "text:Mine", "enter")
        await person.sees("Mine is for", "everyone", "needs the permission share_views")
        await person.press("text:everyone", "enter")
        await person.sees("everyone: needs the permission share_views")
        assert "Mine" not in views(ann)
        await person.press("escape")


async def test_changed_query_has_a_star_and_becomes_the_views_own(ann: Seat, opens: Opener) -> None:
    """Another query than the view's is marked; V 2 makes it the view's, and Esc has nothing to go back to."""
    opens("Printer")
    saved = ann.do(SaveView(name="Things", query="is:open"))
    async with sitting(ann, size=(120, 40)) as person:
        place = list(views(ann)).index("Things") + 1
        await person.press(str(place))
        await person.sees("Things·1")
        await queries(person, "printer")
        await person.sees("Things*")
        await person.press("V", "text:change", "enter")
        await person.sees('"Things" shows this query now, for me.')
        await person.sees_no("Things*")
    assert views(ann)["Things"].query == "printer"
    assert views(ann)["Things"].id == saved.id


async def test_rename_and_delete_and_save_again(ann: Seat, opens: Opener) -> None:
    """What was deleted is one V away: its query stays on the screen and its name is offered."""
    opens("Printer")
    ann.do(SaveView(name="Thinsg", query="is:open"))
    async with sitting(ann, size=(120, 40)) as person:
        await person.press(str(list(views(ann)).index("Thinsg") + 1))
        await person.rests()
        await person.press("V", "text:rename", "enter", "ctrl+u", "text:Things", "enter")
        await person.sees('It is called "Things" now')
        await person.press("V", "text:delete", "enter", "y")
        await person.sees('Deleted "Things". V 1 saves it again.')
        assert "Things" not in views(ann)
        await person.press("V", "1", "enter", "1")
        await person.sees('Saved "Things" for me')
    assert views(ann)["Things"].query == "is:open"


async def test_moving_is_for_oneself(ann: Seat, lea: Seat, opens: Opener) -> None:
    """A view put at another key has it for who put it there, and for nobody else."""
    before = list(views(lea))
    opens("Printer")
    async with sitting(ann, view=2, size=(120, 40)) as person:
        name = list(views(ann))[1]
        await person.press("V", "text:move", "enter", "1")
        await person.sees(f'"{name}" is view 1 now, for you.')
    assert next(iter(views(ann))) == name
    assert list(views(lea)) == before


async def test_view_changed_by_a_colleague_meanwhile_is_not_written_over(ann: Seat, lea: Seat, opens: Opener) -> None:
    """The change composed against an older one is refused in words; one that was deleted is said to be gone."""
    opens("Printer")
    shared = lea.do(SaveView(name="Shared", query="is:open", scope="everyone"))
    async with sitting(lea, size=(120, 40)) as person:
        await person.press(str(list(views(lea)).index("Shared") + 1))
        await person.rests()
        await queries(person, "printer")
        lea.do(SaveView(id=shared.id, name="Shared", query="is:mine", scope="everyone", version=shared.version))
        await person.press("V", "text:change", "enter")
        await person.sees("Shared")
        await person.rests()
    assert views(lea)["Shared"].query == "is:mine"
    async with sitting(ann, size=(120, 40)) as person:
        await person.press(str(list(views(ann)).index("Shared") + 1))
        await person.rests()
        lea.do(DeleteView(id=shared.id))
        await person.sees('The view "Shared" was deleted meanwhile')
