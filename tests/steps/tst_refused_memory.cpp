// SPDX-License-Identifier: MIT
// Memory is refused at every call in turn while a step works on a batch. The step then says so, and either leaves the batch as it
// came in, or says that it is half changed; and the next batch comes out of the same step as if nothing had been.
#include "steps/HalfChangedBatch.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

using namespace millrace;
using namespace millrace::test;

namespace {

long callsLeft = -1; ///< until memory is refused once; -1: never

[[maybe_unused]] void *givenOrNull(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t))
{
    if (callsLeft >= 0 && callsLeft-- == 0)
        return nullptr;
    return std::aligned_alloc(alignment, std::max(alignment, (bytes + alignment - 1) / alignment * alignment));
}

[[maybe_unused]] void *given(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t))
{
    if (void *memory = givenOrNull(bytes, alignment))
        return memory;
    throw std::bad_alloc();
}

} // namespace

#ifdef __has_feature
#define MILLRACE_THREAD_SANITIZER __has_feature(thread_sanitizer)
#else
#define MILLRACE_THREAD_SANITIZER 0
#endif
#if !MILLRACE_THREAD_SANITIZER // it has allocators of its own

// All of them: the address sanitizer compares what gave memory with what takes it back.
void *operator new(std::size_t bytes)
{
    return given(bytes);
}
void *operator new[](std::size_t bytes)
{
    return given(bytes);
}
void *operator new(std::size_t bytes, std::align_val_t alignment)
{
    return given(bytes, std::size_t(alignment));
}
void *operator new(std::size_t bytes, const std::nothrow_t &) noexcept
{
    return givenOrNull(bytes);
}
void *operator new[](std::size_t bytes, const std::nothrow_t &) noexcept
{
    return givenOrNull(bytes);
}
void operator delete(void *memory) noexcept
{
    std::free(memory);
}
void operator delete[](void *memory) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete[](void *memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, const std::nothrow_t &) noexcept
{
    std::free(memory);
}
void operator delete[](void *memory, const std::nothrow_t &) noexcept
{
    std::free(memory);
}

#endif

namespace {

enum class Outcome { Done, AsBefore, HalfChanged, Lost };

std::string told(const Batch &batch)
{
    std::string text = batch.schema()->names() + '\n' + jsonOf(batch);
    for (const ItemError &error : batch.errors())
        text += std::to_string(error.row) + ": " + error.message + '\n';
    for (const uint8_t port : batch.ports())
        text += char('0' + port);
    return text;
}

Result<> apply(Step &step, Batch &batch)
{
    if (auto *sink = dynamic_cast<Sink *>(&step))
        return sink->encode(batch);
    return step.process(batch);
}

/// With the n-th call for memory refused.
Outcome applyRefused(Step &step, Batch &batch, long n, const std::string &before)
{
    callsLeft = n;
    try {
        const Result<> applied = apply(step, batch);
        const bool wasRefused = std::exchange(callsLeft, -1) < 0;
        if (!wasRefused)
            return Outcome::Done;
        return applied ? Outcome::Lost : Outcome::AsBefore;
    } catch (const HalfChangedBatch &) {
        callsLeft = -1;
        return Outcome::HalfChanged;
    } catch (const std::bad_alloc &) {
        callsLeft = -1;
    }
    batch.clearVerdicts();
    return told(batch) == before ? Outcome::AsBefore : Outcome::Lost;
}

/// What a step that holds items back gives in the end.
struct Given
{
    std::string failure{}, text{};
    bool wasRefused = false, isOver = false, isLost = false;
};

/// Gives it the batches with the n-th call for memory refused, each of them again where the step left it as it was.
Given give(const std::string &type, const std::string &params, const std::vector<std::string> &batches, long n)
{
    Given given;
    const auto step = make(type, params);
    if (auto opened = step->open({}); !opened)
        return {.failure = opened.error().message};
    callsLeft = -1;
    long left = n;
    for (const std::string &items : batches) {
        auto batch = batchOf(items);
        for (bool isDone = false; !isDone;) {
            const std::string before = told(*batch);
            callsLeft = left;
            Result<> processed;
            bool hasThrown = false;
            try {
                processed = step->process(*batch);
            } catch (const std::bad_alloc &) {
                hasThrown = true;
            }
            left = std::exchange(callsLeft, -1);
            given.wasRefused |= n >= 0 && left < 0;
            if (!hasThrown && !processed) {
                given.isOver = true;
                given.failure = processed.error().message;
                return given;
            }
            isDone = !hasThrown;
            if (hasThrown) {
                batch->clearVerdicts();
                given.isLost |= told(*batch) != before;
            }
        }
        given.text += jsonOf(*batch);
    }
    Batch batch;
    for (;;) {
        const auto some = step->flush(batch, 100);
        if (!some)
            return {.failure = some.error().message};
        if (!*some)
            return given;
        given.text += jsonOf(batch);
        batch.renew();
    }
}

} // namespace

class RefusedMemoryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (MILLRACE_THREAD_SANITIZER)
            QSKIP("the thread sanitizer has allocators of its own");
    }
    void nothingIsHalfDone_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("params");
        const auto row = [](const char *name, const char *type, const char *params) {
            QTest::newRow(name) << QByteArray(type) << QByteArray(params);
        };
        row("multiply, whole", "multiply", R"({"by": 3})");
        row("multiply, a fraction", "multiply", R"({"by": 0.5, "fields": ["a", "b"]})");
        row("multiply, items that fail", "multiply", R"({"by": 9223372036854775807, "fields": ["a", "b"]})");
        row("convert", "convert", R"({"types": {"a": "text", "b": "real", "t": "text"}})");
        row("convert, items that fail", "convert", R"({"types": {"t": "integer", "a": "text"}})");
        row("formula, new", "formula", R"({"expression": "a * 2 + b", "field": "c"})");
        row("formula, over its own field", "formula", R"({"expression": "a * 2", "field": "a"})");
        row("formula, items that fail", "formula", R"({"expression": "a % b", "field": "a"})");
        row("filter", "filter", R"({"expression": "a > 1"})");
        row("select", "select", R"({"fields": ["t", "b"]})");
        row("rename", "rename", R"({"names": {"a": "b", "b": "a"}})");
        row("write.jsonl", "write.jsonl", R"({"path": "out"})");
        row("write.csv", "write.csv", R"({"path": "out"})");
        row("replace", "replace", R"({"fields": ["t"], "find": "e", "with": "a longer text for it"})");
        row("image", "image", R"({"field": "t"})");
        row("hash", "hash", R"({"fields": ["t"], "into": "h"})");
        row("validate", "validate", R"({"rules": [{"field": "b", "range": [0, 3]}, {"field": "t", "pattern": "^a"}]})");
        row("route", "route", R"({"rules": [{"port": "small", "when": "a < 2"}, {"port": "zero", "when": "b == 0"}]})");
        row("write.json", "write.json", R"({"path": "out"})");
        row("write.container", "write.container", R"({"path": "out"})");
    }
    void nothingIsHalfDone()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, params);
        const std::string items =
            R"([{"a": 1, "b": 0, "t": "a text that is too long for the room of a short one"},
                {"a": 2, "b": 5, "t": "7"}, {"a": 3, "b": 0.5, "t": ""}])";
        const auto fresh = [&] { return make(type.toStdString(), params.toStdString()); };
        const auto open = [](Step &step) { return dynamic_cast<Sink *>(&step) ? Result<>() : step.open({}); };
        const auto expected = batchOf(items);
        const std::string before = told(*expected);
        const auto undisturbed = fresh();
        QVERIFY(bool(open(*undisturbed)));
        QVERIFY(bool(apply(*undisturbed, *expected)));

        int refused = 0;
        for (long n = 0;; ++n) {
            const auto step = fresh();
            QVERIFY(bool(open(*step)));
            const auto batch = batchOf(items);
            const Outcome outcome = applyRefused(*step, *batch, n, before);
            QVERIFY2(outcome != Outcome::Lost, qPrintable(QStringLiteral("at call %1").arg(n)));
            if (outcome == Outcome::Done)
                break;
            ++refused;
            // The batch itself again, as the engine tries its items, or the next one.
            const auto next = batchOf(items);
            next->setSchema(batch->schema()); // of the same fields, as the engine's batches are
            Batch &again = outcome == Outcome::AsBefore ? *batch : *next;
            if (outcome == Outcome::HalfChanged)
                continue;
            QVERIFY(bool(apply(*step, again)));
            COMPARE_TEXT(told(again), told(*expected));
            COMPARE_TEXT(std::string(again.encoded()), std::string(expected->encoded()));
        }
        QVERIFY2(refused > 0 || type == "rename", "memory was never asked for");
    }
    void whatIsHeldBackIsWholeOrTheStepHasEnded_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("params");
        const auto row = [](const char *name, const char *type, const char *params) {
            QTest::newRow(name) << QByteArray(type) << QByteArray(params);
        };
        row("sort", "sort", R"({"by": ["-a"]})");
        row("sort, the first", "sort", R"({"by": ["a"], "top": 2})");
        row("aggregate", "aggregate", R"~({"by": ["t"], "values": {"n": "count", "s": "sum(a)", "l": "list(b)"}})~");
        row("aggregate, sorted", "aggregate", R"~({"by": ["t"], "sorted": true, "values": {"s": "sum(a)"}})~");
        row("pivot", "pivot", R"({"by": ["a"], "names": "t", "value": "b"})");
        row("summary", "summary", "{}");
        row("window", "window", R"~({"order": ["a"], "values": {"m": "mean(a, 2)"}})~");
        row("window, lead", "window", R"~({"values": {"m": "lead(a)"}})~");
        row("sample", "sample", R"({"count": 3, "seed": 7})");
        row("sample, a share", "sample", R"({"fraction": 0.5, "seed": 7})");
        row("distinct", "distinct", R"({"by": ["t"], "keep": "last"})");
        row("distinct, the first", "distinct", R"({"by": ["t"]})");
        row("collect", "collect", R"({"count": 2})");
    }
    void whatIsHeldBackIsWholeOrTheStepHasEnded()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, params);
        const std::string first = R"([{"a": 1, "b": 0, "t": "a text that is too long for the room of a short one"},
                                      {"a": 2, "b": 5, "t": "7"}])",
                          second = R"([{"a": 3, "b": 0.5, "t": ""}, {"a": 1, "b": 2, "t": "7"}, {"a": 0, "t": "x"}])";
        const Given undisturbed = give(type.toStdString(), params.toStdString(), {first, second}, -1);
        COMPARE_TEXT(undisturbed.failure, "");
        QVERIFY(!undisturbed.text.empty());
        int refused = 0;
        for (long n = 0;; ++n) {
            const Given given = give(type.toStdString(), params.toStdString(), {first, second}, n);
            if (!given.wasRefused)
                break;
            ++refused;
            const QByteArray at = "at call " + QByteArray::number(qlonglong(n));
            QVERIFY2(given.isOver || !given.isLost, at.constData());
            if (!given.isOver)
                QVERIFY2(given.text == undisturbed.text, (at + "\n" + bytes(given.text)).constData());
        }
        QVERIFY2(refused > 0, "memory was never asked for");
    }
};

QTEST_APPLESS_MAIN(RefusedMemoryTest)
#include "tst_refused_memory.moc"
