"""One classifier out of several: each task goes to the model that serves it, and each model is asked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kentongan.schema import TASKS, Task
from models.classifier import Classifier, Label


class Assembly:
    """A ``Classifier`` over several. ``name`` and ``version`` list its models; annotations carry ``model_of``.

    Raises ValueError where a model does not have the task it is to serve.
    """

    def __init__(self, models: Mapping[Task, Classifier]) -> None:
        for task, model in models.items():
            if task not in model.labels:
                raise ValueError(f"model {model.name} has no task {task!r}")
        self.models: Mapping[Task, Classifier] = {task: models[task] for task in TASKS if task in models}
        parts = {model.name: model.version for model in self.models.values()}
        self.name = "+".join(parts)
        self.version = "+".join(parts.values())
        self.labels: Mapping[Task, tuple[str, ...]] = {task: model.labels[task] for task, model in self.models.items()}

    def model_of(self, task: Task) -> tuple[str, str]:
        """See ``Classifier.model_of``."""
        return self.models[task].model_of(task)

    def classify(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        """See ``Classifier.classify``."""
        for task in tasks:
            if task not in self.labels:
                raise ValueError(f"model {self.name} has no task {task!r}")
        answers: list[dict[Task, Label]] = [{} for _ in texts]
        for model in dict.fromkeys(self.models[task] for task in tasks):
            own = [task for task in tasks if self.models[task] is model]
            for answer, labels in zip(answers, model.classify(texts, own), strict=True):
                answer.update(labels)
        return [{task: answer[task] for task in tasks} for answer in answers]
