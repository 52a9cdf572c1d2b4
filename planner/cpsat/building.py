"""Makes the variables of a frame: only those that the rules leave room for."""

from collections.abc import Sequence

from ortools.sat.python.cp_model import CpModel, IntVar

from planner.arrays import CONTINUOUS, NONE, Arrays
from planner.cpsat.batch_places import (
    BatchPlace,
    Link,
    free_places,
    kept_places,
    latest_exit,
    links,
)
from planner.cpsat.batch_places import earliest_entry as earliest
from planner.cpsat.frames import Frame, Track, latest_end
from planner.cpsat.routes import route_times, without_what_comes_before
from planner.cpsat.timeless import times_matter
from planner.cpsat.upkeep import upkeep_vars
from planner.cpsat.variables import Arc, Expression, Node, TrackVars, Variables, Visit


def variables(model: CpModel, arrays: Arrays, frame: Frame, *, most_unplanned: int) -> Variables:
    """Return the variables of `frame`.

    Operations with no way to make them stay unplanned; others may if that leaves no more than
    `most_unplanned`.
    """
    tracks = tuple(track_vars(model, arrays, track, frame.free) for track in frame.tracks)
    visits: dict[int, list[Visit]] = {operation: [] for operation in frame.operations}
    for track in tracks:
        for node in track.nodes:
            for operation, taken in node.members.items():
                visit = Visit(operation=operation, track=track, node=node, taken=taken)
                visits[operation].append(visit)
    lost = [operation for operation in frame.free if not visits[operation]]
    if len(arrays.before):
        lost = [o for o in without_what_comes_before(arrays, lost) if o in visits]
    optional = frame.free if len(lost) < most_unplanned else lost
    return Variables(
        frame=frame,
        tracks=tracks,
        visits={operation: tuple(ways) for operation, ways in visits.items()},
        unplanned={o: model.new_bool_var(f"unplanned_{o}") for o in optional},
        times=route_times(model, arrays, visits, frame.fixed),
        ordered=len(arrays.need) > 0 or len(arrays.upkeep) > 0,
    )


def track_vars(model: CpModel, arrays: Arrays, track: Track, free: Sequence[int]) -> TrackVars:
    """Return the variables of one track."""
    kept = [operation for batch in track.kept for operation in batch]
    latest = latest_end(arrays, track, (*free, *kept))
    places = kept_places(arrays, track, latest)
    places += free_places(arrays, track, free, latest)
    joints = links(arrays, track, places)
    timed = bool(track.kept) or times_matter(arrays, track, places, joints)
    process = int(arrays.process[track.machine])
    nodes = [_node(model, track, place, process, timed=timed) for place in places]
    operations = {o for node in nodes for o in node.members} if process == CONTINUOUS else set()
    stays = {o: int(arrays.shortest[o, track.machine]) for o in sorted(operations)}
    return TrackVars(
        machine=track.machine,
        clock=track.clock,
        ready=track.ready,
        family=track.family,
        follower=track.follower,
        process=process,
        timed=timed,
        nodes=tuple(nodes),
        arcs=tuple(_arc(model, track, joint) for joint in joints),
        entries={
            o: model.new_int_var(
                earliest(arrays, track, o),
                latest_exit(arrays, track, o, latest) - stay,
                f"entry_{o}_on_{track.machine}",
            )
            for o, stay in stays.items()
        },
        stays=stays,
        upkeep=upkeep_vars(model, arrays, track, joints),
    )


def _node(model: CpModel, track: Track, place: BatchPlace, process: int, *, timed: bool) -> Node:
    label = f"{track.machine}_{place.members[0]}"
    members = {operation: _literal(model, place, operation, label) for operation in place.members}
    start: Expression = 0
    end: Expression = 0
    if timed:
        start = model.new_int_var(place.earliest, place.latest - place.shortest, f"start_{label}")
        end = start + place.shortest
    if process == CONTINUOUS:
        end = model.new_int_var(place.earliest + place.shortest, place.latest, f"end_{label}")
    return Node(
        label=label,
        operation=place.members[0],
        family=place.family,
        present=members[place.members[0]],
        members=members,
        start=start,
        end=end,
        shortest=place.shortest,
        earliest=place.earliest,
        latest=place.latest,
        rank=place.rank,
    )


def _literal(model: CpModel, place: BatchPlace, operation: int, label: str) -> IntVar:
    if place.rank != NONE:
        return model.new_constant(1)
    return model.new_bool_var(f"member_{operation}_in_{label}")


def _arc(model: CpModel, track: Track, link: Link) -> Arc:
    name = f"{'join' if link.joins else 'arc'}_{link.tail}_{link.head}_on_{track.machine}"
    if link.upkeep:
        name += f"_upkeep_{link.upkeep}"
    return Arc(
        tail=link.tail,
        head=link.head,
        taken=model.new_constant(1) if link.forced else model.new_bool_var(name),
        minutes=link.minutes,
        cost=link.cost,
        joins=link.joins,
        upkeep=link.upkeep,
        work=link.work,
    )
