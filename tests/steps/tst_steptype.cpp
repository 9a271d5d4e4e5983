// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace millrace;

namespace tst_steptype {

namespace {

class Sample final : public Step
{
public:
    static void describe(StepBuilder<Sample> &step)
    {
        step.id("sample").title("Sample").family(Family::Filter).help("Keeps some items.").formerly("sampler");
        step.synonyms({"subset"}).outputPorts({"out", "rejected"}).mostWorkers(3);
        step.param("pattern", &Sample::pattern).required().help("A regular expression.");
        step.param("queueSize", &Sample::count).range(0, 100);
        step.param("share", &Sample::share).range(0, 1);
        step.param("least", &Sample::least).range(2, std::numeric_limits<double>::infinity());
        step.param("wait", &Sample::wait).kind(ParamKind::NumberOrExpression);
        step.param("exact", &Sample::exact);
        step.param("mode", &Sample::mode).choices({"all", "some", "none"});
        step.param("fields", &Sample::fields);
        step.param("names", &Sample::names);
        step.param("value", &Sample::value);
    }
    std::string pattern, wait = "5", mode = "all";
    int count = 10;
    int64_t least = 2;
    double share = 0.5;
    bool exact = true;
    std::vector<std::string> fields;
    TextPairs names;
    Value value;
};

class Feed final : public Source
{
public:
    static void describe(StepBuilder<Feed> &step) { step.id("read.feed").family(Family::Source); }
    Result<bool> fetch(Batch &, size_t) override { return false; }
    SchemaPtr schema() const override { return emptySchema(); }
};

class Drain final : public Sink
{
public:
    static void describe(StepBuilder<Drain> &step) { step.id("write.drain").family(Family::Sink); }
    Result<> write(Batch &) override { return {}; }
};

StepRegistry sampleRegistry()
{
    StepRegistry registry;
    registry.add<Drain>();
    registry.add<Sample>();
    registry.add<Feed>();
    return registry;
}

} // namespace

class TestStepType : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDeclarationSaysEverything();
    void kindAndPortsFollowFromTheClass();
    void typesAreSortedByFamily();
    void typesAreFoundByIdAndFormerId();
    void theNearestIdIsNamed_data();
    void theNearestIdIsNamed();
    void parametersAreLaidOverTheDefaults();
    void valuesThatFitAreAccepted_data();
    void valuesThatFitAreAccepted();
    void valuesThatDontFitAreToldInASentence_data();
    void valuesThatDontFitAreToldInASentence();
    void typedTextIsReadByTheParametersKind();
    void longValuesAreShortenedInMessages();
    void numbersThatJsonDoesNotKnowAreNamedInMessages();
    void pathsAreRelativeToTheFolder();
    void linkedPortsAreKnown();
    void aWantOfMemoryIsNoFaultOfTheSetting();
};

void TestStepType::theDeclarationSaysEverything()
{
    const StepRegistry registry = sampleRegistry();
    const StepType *type = registry.find("sample");
    QVERIFY(type);
    QCOMPARE(type->title, std::string("Sample"));
    QVERIFY(type->family == Family::Filter && type->kind == StepKind::Transform);
    QCOMPARE(type->mostWorkers, 3);
    QCOMPARE(type->params.size(), size_t(10));
    QVERIFY(type->hasErrorPort() && type->hasInput() && type->hasOutput());
    const Param *count = type->param("queueSize");
    QVERIFY(count);
    QCOMPARE(count->title, std::string("Queue size"));
    QVERIFY(count->kind == ParamKind::Integer);
    QCOMPARE(count->defaultValue, Value(10));
    QVERIFY(type->param("pattern")->isRequired);
    QVERIFY(type->param("mode")->kind == ParamKind::Choice);
    QVERIFY(!type->param("missing"));
}

void TestStepType::kindAndPortsFollowFromTheClass()
{
    const StepRegistry registry = sampleRegistry();
    const StepType *source = registry.find("read.feed"), *sink = registry.find("write.drain");
    QVERIFY(source->kind == StepKind::Source && !source->hasInput() && source->hasOutput());
    QVERIFY(sink->kind == StepKind::Sink && sink->hasInput() && !sink->hasOutput() && sink->outputPorts.empty());
    QVERIFY(dynamic_cast<Feed *>(source->make().get()));
}

void TestStepType::typesAreSortedByFamily()
{
    const StepRegistry registry = sampleRegistry();
    QCOMPARE(registry.types()[0].id, std::string("read.feed"));
    QCOMPARE(registry.types()[1].id, std::string("sample"));
    QCOMPARE(registry.types()[2].id, std::string("write.drain"));
    for (int family = 0; family <= int(Family::Simulate); ++family)
        QVERIFY(!familyName(static_cast<Family>(family)).empty());
    for (int kind = 0; kind <= int(ParamKind::Any); ++kind)
        QVERIFY(!paramKindName(static_cast<ParamKind>(kind)).empty());
}

void TestStepType::typesAreFoundByIdAndFormerId()
{
    const StepRegistry registry = sampleRegistry();
    QVERIFY(registry.find("sampler") == registry.find("sample"));
    QVERIFY(!registry.find("Sample"));
    QVERIFY(!registry.find(""));
}

void TestStepType::theNearestIdIsNamed_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("nearest");
    const auto add = [](const char *id, const char *nearest) {
        QTest::newRow(id) << QString::fromLatin1(id) << QString::fromLatin1(nearest);
    };
    add("smaple", "sample");
    add("Sample", "sample");
    add("samples", "sample");
    add("subset", "sample");
    add("read.fed", "read.feed");
    add("write-drain", "write.drain");
    add("quite.different", "");
    add("", "");
}

void TestStepType::theNearestIdIsNamed()
{
    QFETCH(QString, id);
    QFETCH(QString, nearest);
    QCOMPARE(QString::fromStdString(sampleRegistry().nearest(id.toStdString())), nearest);
}

void TestStepType::parametersAreLaidOverTheDefaults()
{
    const StepRegistry registry = sampleRegistry();
    auto made = registry.find("sample")->create({{"pattern", "a+"},
                                                 {"queueSize", 4.0},
                                                 {"wait", 7},
                                                 {"fields", List{"x", "y"}},
                                                 {"names", Members{{"a", "b"}}},
                                                 {"value", List{1}},
                                                 {"exact", nullptr},
                                                 {"unknown", 1}});
    QVERIFY(made);
    const auto &step = static_cast<const Sample &>(**made);
    QCOMPARE(step.pattern, std::string("a+"));
    QCOMPARE(step.count, 4);
    QCOMPARE(step.wait, std::string("7"));
    QVERIFY(step.fields == (std::vector<std::string>{"x", "y"}));
    QVERIFY(step.names == (TextPairs{{"a", "b"}}));
    QCOMPARE(step.value, Value(List{1}));
    QCOMPARE(step.share, 0.5);
    QVERIFY(step.exact);

    const auto wrong = registry.find("sample")->create({{"queueSize", "many"}});
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().message, std::string("\"queueSize\" must be a whole number, not the text \"many\"."));
    QVERIFY(registry.find("sample")->create({})); // what is required but missing is the checker's to tell
}

void TestStepType::valuesThatFitAreAccepted_data()
{
    QTest::addColumn<QString>("param");
    QTest::addColumn<int>("index");
    const StepRegistry registry = sampleRegistry();
    for (const Param &param : registry.find("sample")->params) {
        if (!param.isRequired)
            QTest::newRow(param.name.c_str()) << QString::fromStdString(param.name) << 0;
    }
}

void TestStepType::valuesThatFitAreAccepted()
{
    QFETCH(QString, param);
    const StepRegistry registry = sampleRegistry();
    const Param *known = registry.find("sample")->param(param.toStdString());
    QCOMPARE(known->problemOf(known->defaultValue), std::string());
    QCOMPARE(known->problemOf(Value()), std::string());
    Sample step;
    QVERIFY(known->apply(step, known->defaultValue));
}

void TestStepType::valuesThatDontFitAreToldInASentence_data()
{
    QTest::addColumn<QString>("param");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("problem");
    const auto add = [](const char *param, const Value &value, const char *problem) {
        const std::string json = toJson(value);
        QTest::newRow((std::string(param) + ' ' + json).c_str())
            << QString::fromLatin1(param) << QByteArray::fromStdString(json) << QString::fromUtf8(problem);
    };
    add("pattern", "", "\"pattern\" is needed: A regular expression.");
    add("pattern", nullptr, "\"pattern\" is needed: A regular expression.");
    add("pattern", List{1}, "\"pattern\" must be text, not the list [1].");
    add("queueSize", 101, "\"queueSize\" must be between 0 and 100, not 101.");
    add("queueSize", 1.5, "\"queueSize\" must be a whole number, not the real 1.5.");
    add("queueSize", true, "\"queueSize\" must be a whole number, not the boolean true.");
    add("least", 1, "\"least\" must be at least 2, not 1.");
    add("share", -0.5, "\"share\" must be between 0 and 1, not -0.5.");
    add("share", "half", "\"share\" must be a number, not the text \"half\".");
    add("wait", List{}, "\"wait\" must be a number or an expression, not the list [].");
    add("exact", 1, "\"exact\" must be true or false, not the integer 1.");
    add("mode", "few", "\"mode\" must be \"all\", \"some\" or \"none\", not the text \"few\".");
    add("fields", List{1}, "\"fields\" must be a list of texts, not the list [1].");
    add("names", Members{{"a", 1}}, "\"names\" must be an object of texts, but a is the integer 1.");
}

void TestStepType::valuesThatDontFitAreToldInASentence()
{
    QFETCH(QString, param);
    QFETCH(QByteArray, value);
    QFETCH(QString, problem);
    const StepRegistry registry = sampleRegistry();
    const Param *known = registry.find("sample")->param(param.toStdString());
    Param any;
    any.kind = ParamKind::Any;
    QCOMPARE(QString::fromStdString(known->problemOf(any.fromText(value.toStdString()))), problem);
}

void TestStepType::typedTextIsReadByTheParametersKind()
{
    const StepRegistry registry = sampleRegistry();
    const auto read = [&](const char *param, const char *text) {
        return registry.find("sample")->param(param)->fromText(text);
    };
    QCOMPARE(read("pattern", "2024"), Value("2024"));
    QCOMPARE(read("queueSize", "20"), Value(20));
    QCOMPARE(read("queueSize", "many"), Value("many"));
    QCOMPARE(read("exact", "false"), Value(false));
    QCOMPARE(read("wait", "cents / 2"), Value("cents / 2"));
    QCOMPARE(read("wait", "2.5"), Value(2.5));
    QCOMPARE(read("fields", "[\"a\"]"), Value(List{"a"}));
    QCOMPARE(read("fields", "a"), Value("a"));
}

void TestStepType::longValuesAreShortenedInMessages()
{
    const std::string text = describeValue(Value(std::string(38, 'a') + "äääääääääää"));
    QVERIFY(text.size() < 70);
    QVERIFY(text.ends_with("…"));
    QVERIFY(!QString::fromStdString(text).contains(QChar::ReplacementCharacter));
}

void TestStepType::numbersThatJsonDoesNotKnowAreNamedInMessages()
{
    const double infinity = std::numeric_limits<double>::infinity();
    QCOMPARE(describeValue(std::nan("")), std::string("the real NaN"));
    QCOMPARE(describeValue(-infinity), std::string("the real -Infinity"));
    QCOMPARE(describeValue(0.5), std::string("the real 0.5"));
}

void TestStepType::pathsAreRelativeToTheFolder()
{
    StepContext context;
    QCOMPARE(context.resolve("a.csv"), std::string("a.csv"));
    context.folder = "/data";
    QCOMPARE(context.resolve("a.csv"), std::string("/data/a.csv"));
    QCOMPARE(context.resolve("/tmp/a.csv"), std::string("/tmp/a.csv"));
    QCOMPARE(context.resolve(""), std::string());
    context.folder = "data/";
    QCOMPARE(context.resolve("b/a.csv"), std::string("data/b/a.csv"));
}

/// The engine ends the run then, instead of taking the step for one that can't be made.
void TestStepType::aWantOfMemoryIsNoFaultOfTheSetting()
{
    StepType type = *sampleRegistry().find("sample");
    for (Param &param : type.params)
        if (param.name == "queueSize")
            param.apply = [](Step &, const Value &) -> Result<> { throw std::bad_alloc(); };
    const auto made = type.create({{"queueSize", Value(2)}});
    QVERIFY(!made);
    QCOMPARE(made.error().kind, std::string(ErrorKind::Memory));
}

void TestStepType::linkedPortsAreKnown()
{
    StepContext context;
    context.linkedPorts = {"out"};
    QVERIFY(context.isLinked("out"));
    QVERIFY(!context.isLinked("rejected"));
}

} // namespace tst_steptype

QTEST_GUILESS_MAIN(tst_steptype::TestStepType)
#include "tst_steptype.moc"
