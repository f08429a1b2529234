"""The list of operators that a stranger's network may have: `python -m docs.allowed_operators` writes it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onnx import defs
from onnxruntime.capi import onnxruntime_pybind11_state as onnxruntime

LIST = Path(__file__).parent.parent / "app" / "sandbox" / "checks" / "allowed_operators.json"
DOMAINS = ("", "ai.onnx.ml", "com.microsoft")
COPIES = {"MemcpyFromHost", "MemcpyToHost"}  # between devices; onnxruntime adds them itself
BUILT_IN = {"Constant"}  # without a kernel: onnxruntime makes an initializer of it


def main() -> None:
    LIST.write_text(json.dumps(listed(), indent=1) + "\n")


def listed() -> dict[str, Any]:
    """Every operator with a kernel on the CPU, and the standard ones that consist of such; the newest versions."""
    operators: dict[str, set[str]] = defaultdict(set)
    for domain, name in (*_kernels(), *_functions()):
        if domain in DOMAINS and name not in COPIES:
            operators[domain].add(name)
    operators[""] |= BUILT_IN
    versions = {domain: max(_versions(domain), default=1) for domain in DOMAINS}
    return {"versions": versions, "operators": {domain: sorted(operators[domain]) for domain in DOMAINS}}


def _kernels() -> Iterator[tuple[str, str]]:
    for kernel in onnxruntime.get_all_opkernel_def():
        if kernel.provider == "CPUExecutionProvider":
            yield kernel.domain, kernel.op_name


def _functions() -> Iterator[tuple[str, str]]:
    for schema in defs.get_all_schemas_with_history():
        if _consists_of_others(schema):
            yield schema.domain, schema.name


def _consists_of_others(schema: Any) -> bool:
    return bool(schema.has_function or schema.has_context_dependent_function)


def _versions(domain: str) -> Iterator[int]:
    return (schema.since_version for schema in defs.get_all_schemas_with_history() if schema.domain == domain)


if __name__ == "__main__":
    main()
