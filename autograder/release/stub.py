"""Turn a reference module into the stub that a student completes.

Whatever is not marked `# given` is taken out: function bodies, private names, and the
imports that only they used. The rest stays byte for byte.
"""

import ast
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from itertools import dropwhile
from typing import cast

import libcst as cst
from libcst import matchers as m

_Block = cst.Module | cst.IndentedBlock
_Definition = cst.FunctionDef | cst.ClassDef
_Lines = list[cst.EmptyLine]
_Row = cst.SimpleStatementLine | cst.SimpleStatementSuite
_Small = cst.BaseSmallStatement
_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement

_STAYS_WHOLE = m.If(
    test=m.Name("TYPE_CHECKING")
    | m.Attribute(attr=m.Name("TYPE_CHECKING"))
    | m.Comparison(m.Name("__name__"), [m.ComparisonTarget(m.Equal())])
)


def make_stub(source: str, *, assignment: str) -> str:
    """Return the stub of a reference module.

    The stub of a source without any `# given` is its own stub.

    Args:
        source: The text of the reference module.
        assignment: The id that the stub's errors name.

    Raises:
        ValueError: The source is not Python, or what stays uses what goes.
    """
    tree = _parse(source, assignment)
    hollow = _Hollow(assignment)
    stub = tree.visit(hollow)
    if missed := hollow.removed & _names_used(stub.code):
        names = ", ".join(sorted({name.lstrip(".") for name in missed}))
        raise ValueError(
            f"{assignment}: what stays uses private names that go, "
            f"mark them `# given`: {names}"
        )
    used_at_first, last = _names_used(source), ""
    # Dropping an `if TYPE_CHECKING:` frees the import of TYPE_CHECKING, hence the loop.
    while (code := stub.code) != last:
        unused, last = used_at_first - _names_used(code), code
        stub = stub.visit(_Editor(partial(_keep_used, unused=unused)))
    stub = cst.ensure_type(m.replace(stub, _MARKED, _unmarked), cst.Module)
    text = stub.code.rstrip()
    return text and text + stub.default_newline


def _parse(source: str, assignment: str) -> cst.Module:
    try:
        # LibCST accepts more than Python does, and places its errors less well.
        ast.parse(source)
    except SyntaxError as error:
        line = error.lineno or 1
        raise ValueError(f"{assignment}: line {line}: {error.msg}") from error
    return cst.parse_module(source)


class _Editor(cst.CSTTransformer):
    """Drop statements, each with the comment directly above it and its gap."""

    def __init__(self, edit_small: Callable[[_Small], _Small | None]) -> None:
        super().__init__()
        self._dropped: set[cst.CSTNode] = set()
        self._edit_small = edit_small

    def drop(self, statement: _Statement) -> _Statement:
        """Have the block that holds a statement leave it out."""
        self._dropped.add(statement)
        return statement

    def on_leave(  # type: ignore[override]  # a node stays one node
        self,
        original_node: cst.CSTNode,  # noqa: ARG002  # LibCST's signature
        updated_node: cst.CSTNode,
    ) -> cst.CSTNode:
        match updated_node:
            case cst.If(orelse=None) if not updated_node.body.body:
                return self.drop(updated_node)
            case cst.SimpleStatementLine() | cst.SimpleStatementSuite():
                return self._edit_row(updated_node)
            case cst.Module() | cst.IndentedBlock():
                return self._edit_block(updated_node)
        return updated_node

    def _edit_row(self, row: _Row) -> _Row | _Statement:
        if _is_given(row):
            return row
        kept = [new for old in row.body if (new := self._edit_small(old))]
        if not kept and isinstance(row, cst.SimpleStatementLine):
            return self.drop(row)
        if kept and len(kept) < len(row.body):
            kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
        return row.with_changes(body=kept)

    def _edit_block(self, block: _Block) -> _Block:
        body = cast("Sequence[_Statement]", block.body)
        if self._dropped.isdisjoint(body):
            return block
        kept: list[_Statement] = []
        above: _Lines | None = None
        if isinstance(block, cst.Module):
            above, block = list(block.header), block.with_changes(header=())
        for statement in body:
            lines = list(statement.leading_lines)
            if above is not None:
                lines = _joined(above, lines, is_top=not kept)
            above = None
            if statement in self._dropped:
                above = lines
                while above and above[-1].comment:
                    above.pop()
            else:
                kept.append(statement.with_changes(leading_lines=lines))
        footer = [*_without_gap((above or [])[::-1])[::-1], *block.footer]
        return block.with_changes(body=kept, footer=footer)


class _Hollow(_Editor):
    """Empty the functions and drop the private names that are not given."""

    def __init__(self, assignment: str) -> None:
        super().__init__(self._keep_public)
        self.removed: set[str] = set()
        self._assignment = assignment
        self._n_classes = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._n_classes += isinstance(node, cst.ClassDef)
        return not (
            isinstance(node, cst.FunctionDef)
            or (isinstance(node, cst.ClassDef) and _is_given(node))
            or m.matches(node, _STAYS_WHOLE)
        )

    def on_leave(  # type: ignore[override]  # as above
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        match updated_node:
            case cst.ClassDef():
                self._n_classes -= 1
                if self._n_classes == 0 and not _is_given(updated_node):
                    return self._edit_definition(updated_node)
            case cst.FunctionDef() if not _is_given(updated_node):
                return self._edit_definition(self._emptied(updated_node))
            case cst.If(orelse=cst.CSTNode() as rest):
                if m.matches(updated_node, _STAYS_WHOLE):
                    return updated_node.with_changes(orelse=rest.visit(self))
        return super().on_leave(original_node, updated_node)

    def _keep_public(self, node: _Small) -> _Small | None:
        names = set() if self._n_classes else _names_assigned(node)
        if not any(map(_is_private, names)):
            return node
        self.removed |= names
        return None

    def _edit_definition(self, node: _Definition) -> _Statement:
        name = node.name.value
        if not _is_private(name):
            return node
        self.removed |= {name, f".{name}"}
        return self.drop(node)

    def _emptied(self, function: cst.FunctionDef) -> cst.FunctionDef:
        message = f"{self._assignment}: implement {function.name.value}"
        rows = [cst.parse_statement(f'raise NotImplementedError("{message}")')]
        if function.get_docstring(clean=False) is not None:
            docstring = cst.ensure_type(m.findall(function.body, m.Expr())[0], cst.Expr)
            docstring = docstring.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            rows.insert(0, cst.SimpleStatementLine([docstring]))
        body = cst.IndentedBlock(rows)
        if isinstance(function.body, cst.IndentedBlock):
            body = function.body.with_changes(body=rows, footer=())
        return function.with_changes(body=body)


def _keep_used(node: _Small, unused: Collection[str]) -> _Small | None:
    """Return a statement without the imports of unused names, if it is not empty."""
    match node:
        case cst.ImportFrom(module=cst.Name("__future__")):
            return node
        case cst.Import(names=[*names]) | cst.ImportFrom(names=[*names]):
            kept = [
                alias
                for alias in names
                if (alias.evaluated_alias or alias.evaluated_name.partition(".")[0])
                not in unused
            ]
            if kept and kept[-1] is not names[-1]:
                kept[-1] = _as_last(kept[-1], names[-1])
            return node.with_changes(names=kept) if kept else None
    return node


def _as_last(name: cst.ImportAlias, last: cst.ImportAlias) -> cst.ImportAlias:
    """End a name as the last one ends, except for the comment behind it."""
    comma = last.comma
    match name.comma, comma:
        case (
            cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(first_line)),
            cst.Comma(whitespace_after=cst.ParenthesizedWhitespace() as end),
        ):
            comma = comma.with_deep_changes(end, first_line=first_line)
    return name.with_changes(comma=comma)


def _joined(above: _Lines, below: _Lines, *, is_top: bool) -> _Lines:
    """Join lines; of the two gaps that meet the wider stays, at a block's top none."""
    head, tail = _without_gap(above[::-1])[::-1], _without_gap(below)
    if is_top and not head:
        return tail
    n_blank = max(len(above) - len(head), len(below) - len(tail))
    return [*head, *(cst.EmptyLine(indent=False) for _ in range(n_blank)), *tail]


def _without_gap(lines: _Lines) -> _Lines:
    return list(dropwhile(lambda line: line.comment is None, lines))


def _is_private(name: str) -> bool:
    return name.startswith("_") and not (name[:2] == name[-2:] == "__")


def _names_assigned(node: _Small) -> set[str]:
    code = cst.Module([cst.SimpleStatementLine([node])]).code
    match ast.parse(code).body:
        case [ast.Assign(targets=targets)]:
            pass
        case [ast.AnnAssign(target=target) | ast.AugAssign(target=target)]:
            targets = [target]
        case _:
            return set()
    return {
        part.id
        for target in targets
        for part in ast.walk(target)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def _names_used(code: str) -> set[str]:
    """Return the names that code reads, and attributes as `.name`.

    Strings count as code, for the sake of string annotations and `__all__`.
    """
    used: set[str] = set()
    trees: list[ast.AST] = [ast.parse(code)]
    while trees:
        for node in ast.walk(trees.pop()):
            match node:
                case ast.Name(id=name, ctx=ast.Load() | ast.Del()):
                    used.add(name)
                case ast.Attribute(attr=name):
                    used.add(f".{name}")
                case ast.Constant(value=str(text)):
                    with suppress(SyntaxError, ValueError):
                        trees.append(ast.parse(text, mode="eval"))
    return used


def _without_marker(comment: str) -> str:
    parts = comment.split("#")
    rest = [part for part in parts if part.strip() != "given"]
    return "#".join(rest).rstrip() if len(rest) < len(parts) else comment


_MARKER = m.Comment(m.MatchIfTrue(lambda text: _without_marker(text) != text))
_MARKED_END = m.TrailingWhitespace(comment=_MARKER)
_MARKED = _MARKED_END | m.EmptyLine(comment=_MARKER)


def _is_given(node: _Definition | _Row) -> bool:
    if isinstance(node, _Definition):
        # Its signature speaks for it, neither its decorators nor its body.
        node = node.with_changes(decorators=(), body=node.body.with_changes(body=()))
    return bool(m.findall(node, _MARKED_END))


def _unmarked(node: cst.CSTNode, _: object) -> cst.CSTNode | cst.RemovalSentinel:
    comment = cst.ensure_type(getattr(node, "comment", None), cst.Comment)
    if rest := _without_marker(comment.value):
        return node.with_changes(comment=comment.with_changes(value=rest))
    if isinstance(node, cst.EmptyLine):
        return cst.RemovalSentinel.REMOVE
    return node.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
