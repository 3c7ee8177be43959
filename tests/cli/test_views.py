"""Saved views from the command line."""

from tests.cli.driver import Cli

VIEW = {"id", "name", "query", "scope", "queue", "owner", "position", "count", "count_is_bound", "may_change"}


def named(cli: Cli, name: str, who: str = "") -> dict[str, object]:
    found = [view for view in cli("view", "list", "--json", who=who).json if view["name"] == name]
    assert len(found) == 1
    return dict(found[0])


def test_view_from_add_to_remove(cli: Cli) -> None:
    """A query becomes a view, is counted, given to a queue, renamed and removed; every answer has the same keys."""
    made = cli("view", "add", "Open VPN", "vpn", "-status:closed", "--json").json
    assert (set(made), made["query"], made["scope"]) == (VIEW, "vpn -status:closed", "mine")
    assert named(cli, "Open VPN")["count"] == 1
    changed = cli("view", "set", "open vpn", "queue=Network", "name=VPN", "--json").json
    assert (changed["id"], changed["scope"], changed["queue"]) == (made["id"], "queue", "Network")
    assert named(cli, "VPN", who="bo")["may_change"] is False
    assert cli("view", "set", str(made["id"]), "scope=everyone", "--json").json["queue"] is None
    assert set(cli("view", "remove", "VPN", "--json").json) == VIEW
    assert cli("view", "remove", "VPN").code == 1


def test_view_for_a_queue_and_for_everyone(cli: Cli) -> None:
    """`--queue` and `--everyone` say for whom; an agent without the right is refused in words."""
    assert cli("view", "add", "Desk", "is:open", "--queue", "Service Desk", "--json", who="ann").json["queue"]
    refused = cli("view", "add", "All", "is:open", "--everyone", who="ann")
    assert (refused.code, "share_views" in refused.err) == (1, True)
    assert cli("view", "add", "x", "--everyone", "--queue", "Network").code == 2


def test_mistakes_change_nothing(cli: Cli) -> None:
    """A wrong query says where, a wrong field what there is, an unknown view that it is not there."""
    before = cli.events()
    wrong = cli("view", "add", "Red", "is:open", "colour:red")
    assert (wrong.code, "character 9" in wrong.err) == (1, True)
    assert "it has name, query, scope, queue" in cli("view", "set", "New", "colour=red").err
    assert cli("view", "set", "Nothing", "name=x").code == 1
    assert cli("view", "add", "x", "--quere", "y").code == 2
    assert cli.events() == before


def test_of_two_with_one_name_mine_is_meant(cli: Cli) -> None:
    """Everyone's view of the same name is reached by its id; two shared ones need theirs."""
    mine = cli("view", "add", "New", "status:new is:mine", "--json").json
    assert cli("view", "remove", "new", "--json").json["id"] == mine["id"]
    for queue in ("Network", "Service Desk"):
        cli("view", "add", "Team", "is:open", "--queue", queue)
    assert "several views" in cli("view", "remove", "Team").err
