// SPDX-License-Identifier: MIT
// Whatever a step of the caller's own throws, and wherever: it comes back as an error that says what it was; nothing escapes.
#include "TaskOf.h"

#include "learning/StepSaver.h"
#include "streaming/ParallelQueuedFeatureUnion.h"
#include "streaming/QueueJoiner.h"
#include "streaming/QueueWorker.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <functional>
#include <new>

using namespace millrace;
using namespace millrace::test;

namespace orders {

struct OutOfStock
{};

} // namespace orders

namespace tst_thrown {

namespace {

enum class Place : uint8_t {
    None,
    Describe,
    Copy,
    Make,
    Check,
    OutputSchema,
    Open,
    Process,
    Close,
    BeginFit,
    Fit,
    FinishFit,
    State,
    SetState,
    Learns
};

Place g_place = Place::None; ///< where steps throw now

void pass(Place place)
{
    if (place == g_place)
        throw std::runtime_error("thrown here");
}

/// Throws at one of its calls.
class Throwing final : public Step
{
public:
    Throwing() = default;
    Throwing(const Throwing &other) : Step(other) { pass(Place::Copy); }
    static void describe(StepBuilder<Throwing> &step)
    {
        step.id("throwing").title("Throwing").help("For these tests.").fittable();
        pass(Place::Describe);
    }
    Result<> open(const StepContext &) override { return passed(Place::Open); }
    Result<> process(Batch &) override { return passed(Place::Process); }
    void close() override { pass(Place::Close); }
    void check(const CheckContext &, std::vector<StepProblem> &) const override { pass(Place::Check); }
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        pass(Place::OutputSchema);
        return context.input;
    }
    Value state() const override
    {
        pass(Place::State);
        return Value(1);
    }
    Result<> setState(const Value &) override { return passed(Place::SetState); }
    bool learns() const override
    {
        pass(Place::Learns);
        return true;
    }
    Result<> beginFit(const StepContext &) override { return passed(Place::BeginFit); }
    Result<> fit(const Batch &) override { return passed(Place::Fit); }
    Result<> finishFit() override { return passed(Place::FinishFit); }

private:
    static Result<> passed(Place place)
    {
        pass(place);
        return {};
    }
};

StepPrototype made()
{
    return StepPrototype::made("made", [] {
        pass(Place::Make);
        return std::make_unique<Throwing>();
    });
}

/// All that can be asked of a pipeline. Whether each said what was thrown, and nothing escaped, is the test.
std::vector<std::string> said(const std::function<SequentialQueuedPipeline()> &make)
{
    std::vector<std::string> sentences;
    const auto add = [&](const auto &result) { sentences.push_back(result ? std::string() : result.error().message); };
    SequentialQueuedPipeline pipeline = make();
    sentences.push_back(pipeline.problem());
    add(pipeline.setup());
    add(pipeline.fit({.dataInputs = upTo(10)}));
    add(pipeline.transform({.dataInputs = upTo(10)}));
    add(pipeline.fitTransform({.dataInputs = upTo(10)}));
    (void)pipeline.toPipeline();
    return sentences;
}

bool isSaid(const std::vector<std::string> &sentences)
{
    return std::any_of(sentences.begin(), sentences.end(),
                       [](const std::string &one) { return one.find("thrown here") != std::string::npos; });
}

/// What transform() says of a step that throws that.
Error errorOfThrowing(const std::function<void()> &throwing)
{
    const auto out = SequentialQueuedPipeline({{"odd", mapStep([throwing](Batch &) { throwing(); })}})
                         .transform({.dataInputs = {1}});
    return out ? Error{} : out.error();
}

} // namespace

class Thrown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { g_place = Place::None; }
    void nothingEscapes_data();
    void nothingEscapes();
    void aFunctionThatMakesNothingIsSaid();
    void whatCantBeCopiedIsSaid();
    void aThrownThingIsToldWithTypeAndText_data();
    void aThrownThingIsToldWithTypeAndText();
    void causesAreTold();
    void whatEachItemThrowsIsItsError();
    void closingThatThrowsFailsTheCall();
    void saversMayThrow();
    void tooLittleMemoryIsAnErrorToo();
};

void Thrown::nothingEscapes_data()
{
    QTest::addColumn<int>("place");
    QTest::addColumn<bool>("isMade");
    QTest::addColumn<bool>("isFromTheStart");
    const std::pair<const char *, Place> places[] = {
        {"describe", Place::Describe}, {"copy", Place::Copy},           {"make", Place::Make},
        {"check", Place::Check},       {"schema", Place::OutputSchema}, {"open", Place::Open},
        {"process", Place::Process},   {"close", Place::Close},         {"beginFit", Place::BeginFit},
        {"fit", Place::Fit},           {"finishFit", Place::FinishFit}, {"state", Place::State},
        {"setState", Place::SetState}, {"learns", Place::Learns}};
    for (const auto &[name, place] : places)
        for (const bool isMade : {false, true})
            for (const bool isFromTheStart : {false, true}) {
                const bool isFitting = place >= Place::BeginFit;
                if ((isMade && (isFitting || place == Place::Describe || place == Place::Copy))
                    || (!isMade && place == Place::Make) || (!isFromTheStart && place == Place::Describe))
                    continue;
                QTest::addRow("%s, %s%s", name, isMade ? "made" : "copied", isFromTheStart ? ", at once" : "")
                    << int(place) << isMade << isFromTheStart;
            }
}

void Thrown::nothingEscapes()
{
    QFETCH(int, place);
    QFETCH(bool, isMade);
    QFETCH(bool, isFromTheStart);
    const auto prototype = [&] { return isMade ? made() : StepPrototype(Throwing()); };
    std::vector<std::string> sentences;
    if (isFromTheStart) {
        g_place = Place(place);
        const Throwing step;
        sentences = said([&] {
            return isMade ? SequentialQueuedPipeline({{"t", 2, made()}, {"m", multiply(2)}})
                          : SequentialQueuedPipeline({{"t", 2, step}, {"m", multiply(2)}});
        });
    } else {
        const SequentialQueuedPipeline pipeline({{"t", 2, prototype()}, {"m", multiply(2)}});
        QCOMPARE(pipeline.problem(), std::string());
        g_place = Place(place);
        sentences = said([&] { return pipeline; });
    }
    // What is only looked at while a pipeline is made can't throw later.
    const bool isOnlyLookedAt =
        Place(place) == Place::Check || Place(place) == Place::OutputSchema || Place(place) == Place::Learns;
    if (isFromTheStart ? Place(place) != Place::Learns : !isOnlyLookedAt)
        QVERIFY2(isSaid(sentences), sentences.back().c_str());
    g_place = Place::None;
    QueueWorker worker(prototype(), {.workers = 2, .learnt = isMade ? Value() : Value(1)});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    g_place = Place(place);
    (void)worker.start();
    (void)worker.put(taskOf(0, 3));
    (void)joiner.join(1);
    worker.stop();
    (void)worker.problem();
}

void Thrown::aFunctionThatMakesNothingIsSaid()
{
    const StepPrototype wrong[] = {StepPrototype::made("none", [] { return std::unique_ptr<Step>(); }),
                                   StepPrototype::made("empty", {})};
    for (const StepPrototype &prototype : wrong) {
        SequentialQueuedPipeline pipeline({{"none", prototype}});
        QVERIFY(!pipeline.isValid());
        QVERIFY2(pipeline.problem().starts_with("The step \"none\""), pipeline.problem().c_str());
        QVERIFY(!pipeline.setup());
        QVERIFY(!pipeline.transform({.dataInputs = {1}}));
        QueueWorker worker(prototype);
        QVERIFY(!worker.start());
        QVERIFY(!worker.problem().empty());
    }
}

void Thrown::whatCantBeCopiedIsSaid()
{
    struct Function
    {
        Function() = default;
        Function(const Function &) { pass(Place::Copy); }
        double operator()(double number) const { return number; }
    };
    struct Joining
    {
        Joining() = default;
        Joining(const Joining &) { pass(Place::Copy); }
        Result<DataContainer> operator()(std::vector<DataContainer> branches) const { return branches[0]; }
    };
    const Function function;
    const Joining joining;
    const StepPrototype before = mapStep(function);
    g_place = Place::Copy;
    const SequentialQueuedPipeline at({{"f", mapStep(function)}}), later({{"f", before}});
    QVERIFY(at.problem().find("thrown here") != std::string::npos);
    QVERIFY(later.problem().find("thrown here") != std::string::npos);
    const ParallelQueuedFeatureUnion both({multiply(2), multiply(3)}, {.joiner = joining});
    QVERIFY2(both.problem().find("thrown here") != std::string::npos, both.problem().c_str());
    g_place = Place::None;
    QVERIFY(SequentialQueuedPipeline({{"f", mapStep(function)}}).transform({.dataInputs = {1}}));
}

void Thrown::aThrownThingIsToldWithTypeAndText_data()
{
    QTest::addColumn<std::function<void()>>("throwing");
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *kind, const char *text, std::function<void()> throwing) {
        QTest::newRow(kind) << std::move(throwing) << QByteArray(kind) << QByteArray(text);
    };
    row("int", "It threw the int 42.", [] { throw 42; });
    row("const char*", "no paper", [] { throw "no paper"; });
    row("std::string", "no ink", [] { throw std::string("no ink"); });
    row("double", "It threw the double 2.5.", [] { throw 2.5; });
    row("char", "It threw the char 'x'.", [] { throw 'x'; });
    row("orders::OutOfStock", "It threw an object of the type \"orders::OutOfStock\", which is no std::exception.",
        [] { throw orders::OutOfStock(); });
    row("std::logic_error", "wrong", [] { throw std::logic_error("wrong"); });
    row("range", "too far", [] { throw Error{"range", "too far"}; });
}

void Thrown::aThrownThingIsToldWithTypeAndText()
{
    QFETCH(std::function<void()>, throwing);
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, text);
    const Error error = errorOfThrowing(throwing);
    QCOMPARE(error.kind, kind.toStdString());
    QCOMPARE(error.message, "In the step \"odd\", item 0: " + text.toStdString());
}

void Thrown::causesAreTold()
{
    const Error error = errorOfThrowing([] {
        try {
            try {
                throw 42;
            } catch (...) {
                std::throw_with_nested(std::out_of_range("no such row"));
            }
        } catch (...) {
            std::throw_with_nested(std::runtime_error("the price can't be found"));
        }
    });
    QCOMPARE(error.kind, std::string("std::runtime_error"));
    QCOMPARE(error.message,
             std::string("In the step \"odd\", item 0: the price can't be found; caused by std::out_of_range: no such "
                         "row; caused by int: It threw the int 42."));
}

void Thrown::whatEachItemThrowsIsItsError()
{
    PipelineReport report;
    const auto odd = mapStep([](double number) -> double {
        if (number == 2)
            throw 42;
        return number;
    });
    const auto out = need(SequentialQueuedPipeline({{"odd", odd}}, {.onError = ErrorPolicy::Skip})
                              .transform({.dataInputs = upTo(5)}, &report));
    QCOMPARE(out.dataInputs, (DataList{0.0, 1.0, 3.0, 4.0}));
    QCOMPARE(report.errors.size(), size_t(1));
    QCOMPARE(report.errors[0].kind, std::string("int"));
    QCOMPARE(report.errors[0].itemId, Value(2));
}

void Thrown::closingThatThrowsFailsTheCall()
{
    const SequentialQueuedPipeline pipeline({{"t", 2, made()}});
    g_place = Place::Close;
    PipelineReport report;
    const auto out = pipeline.transform({.dataInputs = upTo(3)}, &report);
    QVERIFY(!out);
    QCOMPARE(out.error().message, std::string("In the step \"t\": When it was closed: thrown here"));
    QVERIFY(report.outcome.state == RunState::Failed);
    QVERIFY(!report.errors.empty());
}

void Thrown::saversMayThrow()
{
    class Saver final : public StepSaver
    {
    public:
        std::string_view name() const override { return "throwing"; }
        bool canLoad(const StepRecord &, const StepFiles &) const override { throw std::runtime_error("thrown here"); }
        Result<> save(StepRecord &, StepFiles &) const override
        {
            pass(Place::State);
            return {};
        }
        Result<> load(StepRecord &, const StepFiles &) const override { return {}; }
    };
    StepSavers savers;
    savers.add("scale.minmax", {std::make_shared<Saver>()});
    SequentialQueuedPipeline pipeline({{"scale", step("scale.minmax")}});
    QVERIFY(pipeline.fit({.dataInputs = upTo(5)}));
    const QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("fitted")).toStdString();
    g_place = Place::State;
    const auto saved = pipeline.save(path, savers);
    QVERIFY(!saved && saved.error().message.find("thrown here") != std::string::npos);
    g_place = Place::None;
    QVERIFY(pipeline.save(path, savers));
    const auto loaded = pipeline.load(path, savers);
    QVERIFY(!loaded && loaded.error().message.find("thrown here") != std::string::npos);
}

void Thrown::tooLittleMemoryIsAnErrorToo()
{
    const Error error = errorOfThrowing([] { throw std::bad_alloc(); });
    QCOMPARE(error.kind, std::string("memory"));
    QCOMPARE(error.message, std::string("In the step \"odd\", item 0: There is not enough memory for it."));
    const auto joiner = [](std::vector<DataContainer>) -> Result<DataContainer> { throw std::bad_alloc(); };
    const auto joined =
        ParallelQueuedFeatureUnion({multiply(2), multiply(3)}, {.joiner = joiner}).transform({.dataInputs = {1}});
    QVERIFY(!joined && joined.error().kind == "memory");
    const StepPrototype hungry =
        StepPrototype::made("hungry", []() -> std::unique_ptr<Step> { throw std::bad_alloc(); });
    QVERIFY(!SequentialQueuedPipeline({{"hungry", hungry}}).isValid());
    QueueWorker worker(hungry);
    QVERIFY(!worker.start());
}

} // namespace tst_thrown

QTEST_GUILESS_MAIN(tst_thrown::Thrown)
#include "tst_thrown.moc"
