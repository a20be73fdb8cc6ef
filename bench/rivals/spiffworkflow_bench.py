"""The PyPI package SpiffWorkflow on the process of `ritorno bench journeys`.

    python spiffworkflow_bench.py [--count 2000] [--json]

Starts so many instances up to their event-based gateway, then sends each its message. It keeps everything in memory; what a
caller would have to store is measured once more, as the JSON of each instance that waits, and the way back from it. Rates are
per processor second of this process.
"""

import argparse
import json
import os
import resource
import tempfile
from pathlib import Path

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def specification():
    source = (Path(__file__).parent / "process.bpmn").read_text(encoding="utf-8")
    # Its service tasks are abstract without an implementation of the caller's; a script task does the same work.
    source = source.replace('<serviceTask id="mark" implementation="SERVICE"/>', '<scriptTask id="mark"><script>marked = True</script></scriptTask>')
    source = source.replace("LARGE", "total &gt;= 2000").replace("TWO_DAYS", '"PT48H"')
    with tempfile.NamedTemporaryFile("w", suffix=".bpmn", encoding="utf-8") as file:
        file.write(source)
        file.flush()
        parser = BpmnParser()
        parser.add_bpmn_file(file.name)
    return parser.get_spec("bench")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=2000)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    spec = specification()
    before, rss = cpu(), resident()
    waiting = []
    for _ in range(options.count):
        workflow = BpmnWorkflow(spec)
        workflow.get_next_task().set_data(total=2500)
        workflow.do_engine_steps()
        waiting.append(workflow)
    started = cpu()
    rss = resident() - rss
    serializer = BpmnWorkflowSerializer(registry=BpmnWorkflowSerializer.configure())
    begun = cpu()
    texts = [serializer.serialize_json(workflow) for workflow in waiting]
    stored = cpu()
    answered = waiting[0].waiting_events()
    definition = next(task.task_spec.event_definition for task in waiting[0].get_tasks() if task.task_spec.bpmn_id == "wait")
    message = next(part for part in definition.event_definitions if type(part).__name__ == "MessageEventDefinition")
    told = cpu()
    for workflow in waiting:
        workflow.send_event(BpmnEvent(message, payload={}))
        workflow.do_engine_steps()
    finished = cpu()
    ended = sum(workflow.is_completed() for workflow in waiting)
    assert answered and ended == options.count, f"{ended} of {options.count} ended"
    figures = {
        "rival": "SpiffWorkflow",
        "count": options.count,
        "ended": ended,
        "starts_per_cpu_second": options.count / (started - before),
        "starts_with_json_per_cpu_second": options.count / (started - before + stored - begun),
        "completions_per_cpu_second": ended / (finished - told),
        "rss_bytes_per_waiting": rss / options.count,
        "json_bytes_per_waiting": sum(map(len, texts)) / options.count,
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(
        f"SpiffWorkflow: {options.count} waiting; starts {figures['starts_per_cpu_second']:.0f} a processor second "
        f"({figures['starts_with_json_per_cpu_second']:.0f} with the JSON to store), completions "
        f"{figures['completions_per_cpu_second']:.0f}, {figures['rss_bytes_per_waiting'] / 1024:.1f} KiB of memory each, "
        f"{figures['json_bytes_per_waiting'] / 1024:.1f} KiB of JSON"
    )


main()
