// SPDX-License-Identifier: MIT
// Steps that throw what is no std::exception, wherever the engine calls them: the run fails by their name, the program stays.
#include "TestPlan.h"

using namespace millrace;
using namespace millrace::test;

namespace tst_exceptions {

namespace {

enum class Call : uint8_t {
    Make,
    Open,
    Fetch,
    Decode,
    OpenDecoder,
    Process,
    Flush,
    Encode,
    OpenEncoder,
    Write,
    Finish,
    Close,
    IsTwoPhase,
    WouldWait
};

struct OddError
{};

/// Throws at one of its calls.
class Thrower
{
public:
    explicit Thrower(Call at) : m_at(at) {}
    void pass(Call call) const
    {
        if (call == m_at)
            throw OddError();
    }
    bool isAt(std::initializer_list<Call> calls) const
    {
        return std::find(calls.begin(), calls.end(), m_at) != calls.end();
    }

private:
    Call m_at;
};

class ThrowingSource final : public Source
{
public:
    ThrowingSource(Thrower thrower, bool isQuick) : m_thrower(thrower), m_isQuick(isQuick) { thrower.pass(Call::Make); }
    Result<> open(const StepContext &) override
    {
        m_thrower.pass(Call::Open);
        return {};
    }
    void close() override { m_thrower.pass(Call::Close); }
    bool isQuick() const override { return m_isQuick; }
    bool isTwoPhase() const override
    {
        m_thrower.pass(Call::IsTwoPhase);
        return m_thrower.isAt({Call::Decode, Call::OpenDecoder});
    }
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        m_thrower.pass(Call::Fetch);
        if (!isTwoPhase())
            return m_numbers.fetch(batch, items);
        batch.clearItems();
        batch.setRaw({nullptr, 0, 0, 1});
        return m_batches++ < 3;
    }
    Result<> decode(Batch &) override
    {
        m_thrower.pass(Call::Decode);
        return {};
    }
    Result<> openDecoder(const Source &, const StepContext &) override
    {
        m_thrower.pass(Call::OpenDecoder);
        return {};
    }
    SchemaPtr schema() const override { return numberSchema(); }
    bool wouldWait() const override
    {
        m_thrower.pass(Call::WouldWait);
        return false;
    }
    SourceProgress progress() const override { throw OddError(); }
    std::string originName() const override { throw OddError(); }

private:
    Thrower m_thrower;
    bool m_isQuick;
    int m_batches = 0;
    NumberSource m_numbers{0, 200'000}; // enough for several batches at once, however slow the machine
};

class ThrowingStep final : public Step
{
public:
    explicit ThrowingStep(Thrower thrower) : m_thrower(thrower) { thrower.pass(Call::Make); }
    Result<> open(const StepContext &) override
    {
        m_thrower.pass(Call::Open);
        return {};
    }
    void close() override { m_thrower.pass(Call::Close); }
    Result<> process(Batch &) override
    {
        m_thrower.pass(Call::Process);
        return {};
    }
    Result<bool> flush(Batch &, size_t) override
    {
        m_thrower.pass(Call::Flush);
        return false;
    }

private:
    Thrower m_thrower;
};

class ThrowingSink final : public Sink
{
public:
    explicit ThrowingSink(Thrower thrower) : m_thrower(thrower) {}
    Result<> open(const StepContext &) override
    {
        m_thrower.pass(Call::Open);
        return {};
    }
    void close() override { m_thrower.pass(Call::Close); }
    bool isTwoPhase() const override { return m_thrower.isAt({Call::Encode, Call::OpenEncoder}); }
    Result<> encode(Batch &) override
    {
        m_thrower.pass(Call::Encode);
        return {};
    }
    Result<> openEncoder(const Sink &, const StepContext &) override
    {
        m_thrower.pass(Call::OpenEncoder);
        return {};
    }
    Result<> write(Batch &) override
    {
        m_thrower.pass(Call::Write);
        return {};
    }
    Result<> finish() override
    {
        m_thrower.pass(Call::Finish);
        return {};
    }

private:
    Thrower m_thrower;
};

} // namespace

class tst_exceptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatAStepThrowsEndsTheRunInItsName_data()
    {
        QTest::addColumn<QString>("thrower");
        QTest::addColumn<Call>("call");
        for (const auto &[name, call] :
             {std::pair("make", Call::Make), std::pair("open", Call::Open), std::pair("fetch", Call::Fetch),
              std::pair("decode", Call::Decode), std::pair("openDecoder", Call::OpenDecoder)}) {
            QTest::addRow("source: %s", name) << QStringLiteral("source") << call;
            QTest::addRow("quick source: %s", name) << QStringLiteral("quick") << call;
        }
        QTest::addRow("source: wouldWait") << QStringLiteral("source") << Call::WouldWait;
        QTest::addRow("source: isTwoPhase")
            << QStringLiteral("source") << Call::IsTwoPhase; // asked by its fetch(), too
        for (const auto &[name, call] : {std::pair("make", Call::Make), std::pair("open", Call::Open),
                                         std::pair("process", Call::Process), std::pair("flush", Call::Flush)})
            QTest::addRow("step: %s", name) << QStringLiteral("step") << call;
        for (const auto &[name, call] : {std::pair("open", Call::Open), std::pair("encode", Call::Encode),
                                         std::pair("openEncoder", Call::OpenEncoder), std::pair("write", Call::Write),
                                         std::pair("finish", Call::Finish)})
            QTest::addRow("sink: %s", name) << QStringLiteral("sink") << call;
    }
    void whatAStepThrowsEndsTheRunInItsName()
    {
        QFETCH(QString, thrower);
        QFETCH(Call, call);
        const std::string id = thrower == u"quick" ? "source" : thrower.toStdString();
        auto run = planOf(id, call, thrower == u"quick").start();
        (void)run->sample(); // asks for the source's progress
        QVERIFY(run->waitForDone(Patience));
        const RunOutcome outcome = run->outcome();
        QCOMPARE(outcome.state, RunState::Failed);
        QCOMPARE(outcome.step, id);
        QVERIFY2(outcome.error.message.find("OddError\", which is no std::exception.") != std::string::npos,
                 outcome.error.message.c_str());
    }

    void closingThatThrowsFailsTheRun_data()
    {
        QTest::addColumn<QString>("thrower");
        QTest::addRow("source") << QStringLiteral("source");
        QTest::addRow("step") << QStringLiteral("step");
        QTest::addRow("sink") << QStringLiteral("sink");
    }
    void closingThatThrowsFailsTheRun()
    {
        QFETCH(QString, thrower);
        auto run = planOf(thrower.toStdString(), Call::Close, false).start();
        QVERIFY(run->waitForDone(Patience));
        const RunOutcome outcome = run->outcome();
        QCOMPARE(outcome.state, RunState::Failed);
        QCOMPARE(outcome.step, thrower.toStdString());
        QVERIFY2(outcome.error.message.starts_with("When it was closed: "), outcome.error.message.c_str());
    }

    void whatIsCalledAtTheEndMayThrow()
    {
        Plan plan = planOf({}, Call::Make, false);
        RunOptions options;
        options.finished = [] { throw OddError(); };
        const std::unique_ptr<Run> run = plan.start(std::move(options));
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->state(), RunState::Finished);
    }

private:
    /// Three steps, of which the one of that id throws.
    static Plan planOf(const std::string &id, Call call, bool isQuick)
    {
        Plan plan;
        if (id == "source")
            plan.add("source", StepKind::Source, [=](int) { return new ThrowingSource(Thrower(call), isQuick); });
        else
            plan.source(1000, 10);
        if (id == "step")
            plan.add("step", StepKind::Transform, [=](int) { return new ThrowingStep(Thrower(call)); }).isOrdered =
                call == Call::Flush;
        if (id == "sink")
            plan.add("sink", StepKind::Sink, [=](int) { return new ThrowingSink(Thrower(call)); });
        else
            plan.sink();
        plan.chain();
        return plan;
    }
};

} // namespace tst_exceptions

QTEST_GUILESS_MAIN(tst_exceptions::tst_exceptions)
#include "tst_exceptions.moc"
