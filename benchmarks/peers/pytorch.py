"""FedAvg of logistic regression as a plain PyTorch loop: the same sizes and number of steps, in one thread.

Data lie in memory and are no part of the time; nothing is encoded, sent or written down.
Usage: python3 pytorch.py CLIENTS COHORT ROUNDS IMAGES CHANNELS CLASSES BATCH LEARNING_RATE SEPARATION
Prints JSON: seconds, processorSeconds, accuracy, version.
"""

import json
import random
import sys
import time

import torch

clients, cohort, rounds, images, channels, classes, batch = map(int, sys.argv[1:8])
learning_rate, separation = map(float, sys.argv[8:10])
torch.set_num_threads(1)
torch.manual_seed(1)
random.seed(1)

centres = separation * torch.randn(classes, channels)


def drawn(count):
    labels = torch.randint(classes, (count,))
    return centres[labels] + torch.randn(count, channels), labels


data = [drawn(images) for _ in range(clients)]
test = drawn(10_000)

begin, before = time.perf_counter(), time.process_time()
model = torch.nn.Linear(channels, classes)
loss_of = torch.nn.CrossEntropyLoss()
broadcast = {name: value.clone() for name, value in model.state_dict().items()}
for _ in range(rounds):
    total = {name: torch.zeros_like(value) for name, value in broadcast.items()}
    for client in random.sample(range(clients), cohort):
        points, labels = data[client]
        model.load_state_dict(broadcast)
        optimiser = torch.optim.SGD(model.parameters(), lr=learning_rate)
        order = torch.randperm(images)
        for start in range(0, images, batch):
            chosen = order[start : start + batch]
            optimiser.zero_grad()
            loss_of(model(points[chosen]), labels[chosen]).backward()
            optimiser.step()
        for name, value in model.state_dict().items():
            total[name] += value / cohort
    broadcast = total
seconds, processor = time.perf_counter() - begin, time.process_time() - before

model.load_state_dict(broadcast)
with torch.no_grad():
    accuracy = (model(test[0]).argmax(1) == test[1]).float().mean().item()
print(
    json.dumps(
        {"seconds": seconds, "processorSeconds": processor, "accuracy": accuracy, "version": torch.__version__}
    )
)
