"""Transactions that no client of ours can make: python transactions.py <bootstrap servers> <topic> <codec>…

For each codec, into partition 0: two producers that abort in another order than they began, one whose
aborted record has a key like an abort marker's, one that commits between; at last an aborted one. Without a
codec: one aborted record.
Prints the values that a reader of committed records must see, in order.
"""
import sys
from confluent_kafka import Producer

servers, topic, *codecs = sys.argv[1:]


def producer(name, codec):
    made = Producer({
        "bootstrap.servers": servers,
        "transactional.id": f"{topic}-{name}-{codec}",
        "compression.type": codec,
        "linger.ms": 0,
    })
    made.init_transactions(30)
    return made


def write(to, value, key=None):
    to.produce(topic, value=value, key=key, partition=0)
    to.flush(30)


if not codecs:
    one = producer("one", "none")
    one.begin_transaction()
    write(one, "aborted")
    one.abort_transaction(30)

for codec in codecs:
    first, second, kept, zeros = (producer(name, codec) for name in ("1", "2", "kept", "zeros"))
    first.begin_transaction()
    second.begin_transaction()
    kept.begin_transaction()
    write(first, f"aborted {codec} 1")
    write(second, f"aborted {codec} 2")
    write(kept, f"kept {codec} 1")
    write(first, f"aborted {codec} 3")
    second.abort_transaction(30)
    write(kept, f"kept {codec} 2")
    write(first, f"aborted {codec} 4")
    zeros.begin_transaction()
    write(zeros, f"aborted {codec} 5", key=b"\0\0\0\0")
    write(zeros, f"aborted {codec} 6", key=b"\0\0\0\0")
    first.abort_transaction(30)
    write(zeros, f"aborted {codec} 7")
    zeros.abort_transaction(30)
    kept.commit_transaction(30)
    # Used again: what it aborted before says nothing of what it commits now.
    second.begin_transaction()
    write(second, f"kept {codec} 3", key=b"\0\0\0\0")
    second.commit_transaction(30)
    first.begin_transaction()
    for number in range(3):
        write(first, f"aborted {codec} last {number}")
    first.abort_transaction(30)
    print(f"kept {codec} 1\nkept {codec} 2\nkept {codec} 3", flush=True)
