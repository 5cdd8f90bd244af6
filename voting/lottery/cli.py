"""``python -m voting lottery prepare | show | mix | draw | replace | verify``."""

import argparse
import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from voting.encoding import JSON
from voting.errors import UnreadableInputError
from voting.lottery.ceremony import draw, draw_panel, mix, replace_members
from voting.lottery.pool import read_pool
from voting.lottery.prepare import prepare
from voting.lottery.statistics import certain, condition_label, distinct_levels, explain, fairness, lonely
from voting.lottery.verify import parse_bundle, parse_panels, verify_bundle, verify_panels
from voting.lottery.verify.__main__ import report, report_files
from voting.lottery.verify.bundle import Beacon, Bundle
from voting.lottery.verify.errors import MalformedBundleError, WrongBundleError
from voting.lottery.verify.reading import commitment_of
from voting.lottery.verify.replacement import KINDS, Event
from voting.lottery.verify.witnesses import Pulse

EXAMPLE = """example:
  python -m voting lottery prepare candidates.csv quotas.csv --seats 30 --household address --out bundle.json
  python -m voting lottery show bundle.json --json
  python -m voting lottery draw bundle.json --digits 482913 --reveal 갑=비밀하나 --reveal 을=비밀둘 --out result.json
  python -m voting lottery replace bundle.json result.json --vacant C0012 --refused C0044 --out replacement.json
  python -m voting lottery verify bundle.json result.json replacement.json

one of 1,000 panels, mixed by six balls after the bundle is published, picked by three:
  python -m voting lottery prepare candidates.csv quotas.csv --seats 30 --panels 1000 --out bundle.json
  python -m voting lottery mix bundle.json --digits 482913 --reveal 갑=비밀하나 --reveal 을=비밀둘 --out panels.json
  python -m voting lottery draw bundle.json --panels panels.json --digits 417 --out result.json
  python -m voting lottery verify bundle.json panels.json result.json

candidates.csv: header `id` and one column per feature; other columns are ignored
quotas.csv:     header `feature,value,min,max`, optionally `min_flex,max_flex`"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the six actions."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    action = actions.add_parser("prepare", help="compute the fairest lottery and write its bundle")
    action.add_argument("candidates", type=Path, metavar="CANDIDATES.csv")
    action.add_argument("quotas", type=Path, metavar="QUOTAS.csv")
    action.add_argument("--seats", type=int, required=True)
    action.add_argument("--household", metavar="COLUMN", help="draw at most one of each home")
    action.add_argument("--identity", metavar="COLUMN", help="salted commitments to the names")
    action.add_argument("--mode", choices=("quota", "simple"), default="quota")
    action.add_argument("--title", default="")
    action.add_argument("--witness", action="append", default=[], metavar="NAME")
    action.add_argument("--beacon", metavar="CHAIN:ROUND", help="a drand round, named before it exists")
    action.add_argument(
        "--panels", type=int, choices=(1_000, 10_000), help="draw one of so many panels, by 3 or 4 balls"
    )
    action.add_argument("--out", type=Path, required=True, metavar="BUNDLE.json")

    action = actions.add_parser("show", help="print the chances, levels and rows of a bundle")
    action.add_argument("bundle", type=Path, metavar="BUNDLE.json")
    action.add_argument("--json", action="store_true")
    action.add_argument("--candidate", metavar="NUMBER", help="one candidate's chance, and why it is not higher")
    action.add_argument("--panels", type=Path, metavar="PANELS.json", help="list the panels, or those of --candidate")

    action = actions.add_parser("mix", help="compute the table of panels of a bundle that is drawn from panels")
    action.add_argument("bundle", type=Path, metavar="BUNDLE.json")
    action.add_argument("--digits", required=True, help="the six balls in order")
    _add_randomness(action)
    action.add_argument("--out", type=Path, required=True, metavar="PANELS.json")

    action = actions.add_parser("draw", help="compute the result of a ceremony")
    action.add_argument("bundle", type=Path, metavar="BUNDLE.json")
    action.add_argument("--digits", help="the balls in order")
    _add_randomness(action)
    action.add_argument("--panels", type=Path, metavar="PANELS.json", help="the digits name one of these panels")
    action.add_argument("--order", type=Path, metavar="FILE", help="candidate numbers as the balls came, one a line")
    action.add_argument("--out", type=Path, required=True, metavar="RESULT.json")

    action = actions.add_parser("replace", help="fill vacancies from the reserves, in the order given")
    action.add_argument("bundle", type=Path, metavar="BUNDLE.json")
    action.add_argument("result", type=Path, metavar="RESULT.json")
    for kind in sorted(KINDS):
        action.add_argument(f"--{kind}", dest="events", action=_AppendEvent, kind=kind, metavar="NUMBER", default=[])
    action.add_argument("--out", type=Path, required=True, metavar="REPLACEMENT.json")

    action = actions.add_parser("verify", help="check a bundle, its panels, a result, a record of replacements")
    action.add_argument("bundle", type=Path, metavar="BUNDLE.json")
    action.add_argument("others", type=Path, nargs="*", metavar="[PANELS.json] [RESULT.json [REPLACEMENT.json]]")
    action.add_argument("--hash", metavar="SHA256", help="of the bundle, as on the notice board")
    action.add_argument("--commitment", action="append", metavar="NAME=SHA256", help="as published before the draw")


def run(arguments: argparse.Namespace) -> int:
    """Carry out one action."""
    match arguments.action:
        case "prepare":
            _prepare(arguments)
        case "show":
            _show(arguments)
        case "mix":
            _mix(arguments)
        case "draw":
            _draw(arguments)
        case "replace":
            _replace(arguments)
        case _:
            _verify(arguments)
    return 0


def _add_randomness(action: argparse.ArgumentParser) -> None:
    action.add_argument("--reveal", action="append", default=[], metavar="NAME=SECRET")
    action.add_argument("--commitment", action="append", metavar="NAME=SHA256", help="as published before the secrets")
    action.add_argument("--beacon", metavar="ROUND:RANDOMNESS", help="the output of the drand round")


class _AppendEvent(argparse.Action):
    """Collect events of several options in the order they are written."""

    def __init__(self, *, kind: str, option_strings: Sequence[str], dest: str, metavar: str, default: object) -> None:
        super().__init__(option_strings, dest, metavar=metavar, default=default)
        self.kind = kind

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - the signature is argparse's
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        earlier = getattr(namespace, self.dest)
        setattr(namespace, self.dest, [*earlier, Event(self.kind, str(values))])


def _prepare(arguments: argparse.Namespace) -> None:
    pool = read_pool(
        arguments.candidates.read_bytes(),
        arguments.quotas.read_bytes(),
        seats=arguments.seats,
        household=arguments.household,
        identity=arguments.identity,
    )
    beacon = None
    if arguments.beacon is not None:
        chain, number = _pair(arguments.beacon, ":")
        beacon = Beacon(chain, _round(number))
    data = prepare(
        pool,
        mode=arguments.mode,
        title=arguments.title,
        witnesses=arguments.witness,
        beacon=beacon,
        digits=6 if arguments.panels is None else len(str(arguments.panels)) - 1,
    )
    arguments.out.write_bytes(data)
    print("\n".join(report(verify_bundle(data))))
    bundle = parse_bundle(data)
    for numbers, what in zip((*_certain(bundle), lonely(bundle)), _WARNINGS, strict=True):
        if numbers:
            print(f"note: {what}: {', '.join(numbers)}", file=sys.stderr)


_WARNINGS = (
    "cannot be drawn under these quotas",
    "are drawn for sure under these quotas",
    "are alone of their type, so the bundle publishes their features",
)


def _certain(bundle: Bundle) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return certain(bundle) if bundle.rows else ((), ())


def _show(arguments: argparse.Namespace) -> None:
    bundle = parse_bundle(arguments.bundle.read_bytes())
    if arguments.panels is not None:
        _show_panels(arguments)
    elif arguments.candidate is not None:
        _show_candidate(bundle, arguments.candidate, as_json=arguments.json)
    elif arguments.json:
        _print_json(_summary(bundle))
    else:
        _show_text(bundle)


def _show_panels(arguments: argparse.Namespace) -> None:
    _, table = verify_panels(arguments.bundle.read_bytes(), arguments.panels.read_bytes())
    width, own = len(str(len(table.panels) - 1)), arguments.candidate
    chosen = [(at, panel) for at, panel in enumerate(table.panels) if own is None or own in panel]
    if arguments.json:
        _print_json({"commitment": table.commitment, "panels": {f"{at:0{width}}": list(panel) for at, panel in chosen}})
    else:
        print("\n".join(f"{at:0{width}} {','.join(panel)}" for at, panel in chosen))


def _summary(bundle: Bundle) -> dict[str, object]:
    found: dict[str, object] = {
        "commitment": bundle.commitment,
        "mode": bundle.mode,
        "seats": bundle.seats,
        "candidates": len(bundle.numbers),
        "types": len(bundle.types),
    }
    if not bundle.rows:
        return found
    figures = fairness(bundle)
    levels = distinct_levels(bundle)
    return found | {
        "leximin_levels": [str(value) for value, _ in levels],
        "levels": [{"value": str(value), "candidates": count} for value, count in levels],
        "min": str(figures.minimum),
        "max": round(float(figures.maximum), 6),
        "max_fraction": str(figures.maximum),
        "gini": round(float(figures.gini), 6),
        "geometric_mean": round(figures.geometric_mean, 6),
        "grade": "A" if all(cut.tree for cut in bundle.cuts) else "B",
        "cuts": len(bundle.cuts),
        "rows": [{"weight": row.weight, "seats": list(row.seats)} for row in bundle.rows],
    }


def _show_text(bundle: Bundle) -> None:
    print(f"{bundle.title or 'lottery'}  {bundle.commitment}")
    print(f"{bundle.seats} seats, {len(bundle.numbers)} candidates, {len(bundle.types)} types, mode {bundle.mode}")
    if not bundle.rows:
        return
    figures = fairness(bundle)
    print(
        f"min {figures.minimum}  max {figures.maximum}  gini {float(figures.gini):.6f}  "
        f"geometric mean {figures.geometric_mean:.6f}"
    )
    for value, count in distinct_levels(bundle):
        print(f"  {float(value):8.4%}  {value}  {count} candidates")
    print(f"{len(bundle.rows)} rows")
    first = 0
    for at, row in enumerate(bundle.rows, 1):
        print(f"  {at:4}  {first:06}–{first + row.weight - 1:06}  {row.weight:7}")
        first += row.weight


def _show_candidate(bundle: Bundle, number: str, *, as_json: bool) -> None:
    if number not in bundle.index or not bundle.rows:
        raise MalformedBundleError(f"no chance is published for {number}")
    why = explain(bundle, number)
    bindings: list[JSON] = [
        {
            "condition": condition_label(bundle, item.condition),
            "side": item.side,
            "candidates": item.candidates,
            "multiplier": str(item.multiplier),
        }
        for item in why.bindings
    ]
    if as_json:
        _print_json({"candidate": number, "chance": str(why.chance), "bindings": bindings})
        return
    print(f"{number}: {why.chance} ({_percent(why.chance)})")
    for item in why.bindings:
        bound = bundle.conditions[item.condition]
        limit = bound.most if item.side == "maximum" else bound.least
        label = condition_label(bundle, item.condition)
        print(f"  {label}: {item.candidates} candidates, {item.side} {limit}")


def _mix(arguments: argparse.Namespace) -> None:
    data = mix(
        arguments.bundle.read_bytes(),
        digits=arguments.digits,
        reveals=_pairs(arguments.reveal),
        commitments=None if arguments.commitment is None else _pairs(arguments.commitment),
        pulse=_pulse(arguments),
    )
    arguments.out.write_bytes(data)
    print(f"{len(parse_panels(data).panels):,} panels")
    print(f"sha256 {commitment_of(data)}")


def _draw(arguments: argparse.Namespace) -> None:
    bundle = arguments.bundle.read_bytes()
    if arguments.panels is not None:
        if arguments.digits is None or arguments.reveal or arguments.commitment or arguments.beacon or arguments.order:
            raise UnreadableInputError("a draw from panels has digits and nothing else; the rest was mixed before")
        data = draw_panel(bundle, arguments.panels.read_bytes(), digits=arguments.digits)
    else:
        order = None if arguments.order is None else arguments.order.read_text(encoding="utf-8-sig").split()
        data = draw(
            bundle,
            digits=arguments.digits,
            reveals=_pairs(arguments.reveal),
            commitments=None if arguments.commitment is None else _pairs(arguments.commitment),
            pulse=_pulse(arguments),
            order=order,
        )
    arguments.out.write_bytes(data)
    fields = json.loads(data)
    kind = "row" if fields["panels"] is None else "panel"
    print(f"{kind} {fields['row']}" if fields["row"] is not None else "simple draw")
    print(f"selected: {', '.join(fields['selected'])}")
    print(f"sha256 {commitment_of(data)}")


def _pulse(arguments: argparse.Namespace) -> Pulse | None:
    if arguments.beacon is None:
        return None
    number, randomness = _pair(arguments.beacon, ":")
    return Pulse(_round(number), randomness)


def _replace(arguments: argparse.Namespace) -> None:
    data = replace_members(arguments.bundle.read_bytes(), arguments.result.read_bytes(), arguments.events)
    arguments.out.write_bytes(data)
    fields = json.loads(data)
    for (kind, number), (enters, shortfall) in zip(fields["events"], fields["steps"], strict=True):
        kept = "every quota kept" if not shortfall else f"{shortfall} seat(s) outside the quotas"
        print(f"{kind} {number} → {enters or 'nobody'}; {kept}")
    print(f"sha256 {commitment_of(data)}")


def _verify(arguments: argparse.Namespace) -> None:
    data = arguments.bundle.read_bytes()
    if arguments.hash is not None and commitment_of(data) != arguments.hash.lower():
        raise WrongBundleError(f"the bundle's SHA-256 is {commitment_of(data)}")
    published = None if arguments.commitment is None else _pairs(arguments.commitment)
    lines, result = report_files([data, *(path.read_bytes() for path in arguments.others)], published)
    if result is not None:
        absent = [witness.name for witness in result.ceremony.witnesses if witness.secret is None]
        if absent:
            lines.append(f"note: committed but did not reveal: {', '.join(absent)}")
        if published is None and result.ceremony.witnesses:
            lines.append("note: compare the witnesses' commitments with the notice board, or give --commitment")
        if result.ceremony.mixed is not None:
            lines.append(f"note: compare the panels' hash with the notice board: {result.ceremony.mixed.table}")
    print("\n".join([*lines, "VERIFIED"]))


def _pairs(items: Sequence[str]) -> dict[str, str]:
    pairs = [_pair(item, "=") for item in items]
    if len(dict(pairs)) != len(pairs):
        raise UnreadableInputError("a name is given twice")
    return dict(pairs)


def _pair(item: str, separator: str) -> tuple[str, str]:
    left, found, right = item.partition(separator)
    if not found:
        raise UnreadableInputError(f"'{item}' has no '{separator}'")
    return left, right


def _round(number: str) -> int:
    if not (number.isascii() and number.isdigit()):
        raise UnreadableInputError(f"'{number}' is not a round")
    return int(number)


def _percent(chance: Fraction) -> str:
    return f"{float(chance):.4%}"


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))
