"""The stack machine that pickles are programs for, working on symbols."""

from convcli.errors import FileError
from convcli.storage.parameters.arrays import check_name
from convcli.storage.parameters.pickle.objects import (
    ArrayObject,
    Tuple,
    Value,
    call,
    find_global,
    kind_of,
    set_state,
)
from convcli.storage.parameters.pickle.stream import PickleStream, Text

HIGHEST_PROTOCOL = 5
HIGHEST_MEMO_INDEX = 2**20
# The state of an array holds its shape; no tuple of a genuine file goes deeper.
DEEPEST_TUPLE = 2


class Machine:
    """The stack, the marks set on it, and the memo.

    Every method is one thing that an instruction does, and raises FileError when it cannot be done.

    Attributes:
        stream: Where the program is read from.
        result: What the program leaves, when it has come to its end.
    """

    def __init__(self, stream: PickleStream) -> None:
        self.stream = stream
        self._stack: list[Value] = []
        self._marks: list[int] = []
        self._memo: dict[int, Value] = {}
        self.result: dict[str, ArrayObject] | None = None

    def push(self, value: Value) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def pop(self) -> Value:
        """Take the uppermost value."""
        value = self._top()
        del self._stack[-1]
        return value

    def set_mark(self) -> None:
        """Remember how high the stack is."""
        self._marks.append(len(self._stack))

    def pop_to_mark(self) -> list[Value]:
        """Take the values above the last mark, and the mark."""
        if not self._marks:
            raise FileError("a mark is missing")
        mark = self._marks.pop()
        values = self._stack[mark:]
        del self._stack[mark:]
        return values

    def pop_many(self, count: int) -> list[Value]:
        """Take some values, in the order in which they were put there."""
        return [self.pop() for _ in range(count)][::-1]

    def memoize(self, index: int | None = None) -> None:
        """Note the uppermost value under an index, by default the next one."""
        index = len(self._memo) if index is None else index
        if not 0 <= index < HIGHEST_MEMO_INDEX:
            raise FileError(f"memo index {index}")
        self._memo[index] = self._top()

    def push_memo(self, index: int) -> None:
        """Put a value on the stack that was noted before."""
        if index not in self._memo:
            raise FileError(f"memo index {index} holds nothing")
        self.push(self._memo[index])

    def push_tuple(self, items: list[Value]) -> None:
        """Put a tuple of these values on the stack."""
        depth = 1 + max((item.depth for item in items if isinstance(item, Tuple)), default=0)
        if depth > DEEPEST_TUPLE:
            raise FileError("tuples nested too deep")
        self.push(Tuple(tuple(items), depth))

    def push_dictionary(self, items: list[Value]) -> None:
        """Put a new dictionary on the stack."""
        if items:
            raise FileError("a dictionary that does not begin empty")
        self.push({})

    def set_items(self, items: list[Value]) -> None:
        """Give names to arrays in the uppermost value, a dictionary."""
        target = self._top()
        if not isinstance(target, dict):
            raise FileError(f"{kind_of(target)} in place of a dictionary")
        if len(items) % 2:
            raise FileError("a name without a value")
        for key, value in zip(items[::2], items[1::2], strict=True):
            name = self._said(key)
            check_name(name)
            if name in target:
                raise FileError(f"{name} is there twice")
            if not isinstance(value, ArrayObject):
                raise FileError(f"{name} is {kind_of(value)}, not an array")
            if value.contents is None:
                raise FileError(f"{name} is an array without contents")
            target[name] = value

    def push_global(self, module: str, name: str) -> None:
        """Put a function or type on the stack: not itself, but a symbol for it."""
        self.push(find_global(module, name))

    def push_global_from_stack(self) -> None:
        """Put the function or type on the stack that the two uppermost texts name."""
        module, name = self.pop_many(2)
        self.push_global(self._said(module), self._said(name))

    def call(self) -> None:
        """Put on the stack what a call of the function below the uppermost tuple stands for."""
        function, arguments = self.pop_many(2)
        self.push(call(function, _items(arguments), self.stream))

    def set_state(self) -> None:
        """Fill in the array or dtype below the uppermost tuple."""
        state = self.pop()
        set_state(self._top(), _items(state), self.stream)

    def check_protocol(self, protocol: int) -> None:
        """Refuse a protocol that there is not, or that is not announced in the first two bytes."""
        if self.stream.position != 2 or not 2 <= protocol <= HIGHEST_PROTOCOL:
            raise FileError(f"protocol {protocol}")

    def check_frame(self, length: int) -> None:
        """Refuse a frame that is longer than what is left of the file."""
        if length > self.stream.size - self.stream.position:
            raise FileError(f"a frame of {length:,} bytes", "the file is incomplete")

    def finish(self) -> None:
        """Take the one dictionary that a program may leave, at the very end of the file."""
        value = self.pop()
        if not isinstance(value, dict):
            raise FileError(f"{kind_of(value)}, not a dictionary of arrays")
        if self._stack or self._marks:
            raise FileError("values are left over")
        left = self.stream.size - self.stream.position
        if left:
            raise FileError(f"{left:,} bytes follow", "the file holds more than one thing")
        self.result = value

    def _top(self) -> Value:
        # What is below a mark is out of reach until the mark is taken away.
        if len(self._stack) <= (self._marks[-1] if self._marks else 0):
            raise FileError("a value is missing")
        return self._stack[-1]

    def _said(self, value: Value) -> str:
        if not isinstance(value, Text):
            raise FileError(f"{kind_of(value)} in place of a name")
        return self.stream.beginning(value)


def _items(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, Tuple):
        raise FileError(f"{kind_of(value)} in place of a tuple")
    return value.items
