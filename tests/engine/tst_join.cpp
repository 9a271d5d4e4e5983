// SPDX-License-Identifier: MIT
// The step that joins two inputs, beside looking through all pairs of their items.
#include "TestPlan.h"

#include "data/json/JsonReader.h"
#include "pipeline/PipelineFile.h"
#include "steps/keys/ValueOrder.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_join {

namespace {

const StepRegistry &allSteps()
{
    static const StepRegistry all = [] {
        StepRegistry filled;
        registerBuiltInSteps(filled);
        return filled;
    }();
    return all;
}

/// A join of two lists of items, which come from files; `params` as JSON members beside "on" and "how".
struct Wish
{
    std::vector<Value> left = {}, right = {};
    std::string on = R"({"a": "b"})";
    std::string how = "inner";
    std::string params = R"("memory": "256 MiB")";
    int batch = 100;
    int workers = 1;
    std::string onError = "skip";
    bool isOneSource = false; ///< both inputs come of the left items
};

struct Joined
{
    std::vector<std::string> items, failed; ///< JSON
    std::vector<std::string> errors, warnings;
    RunOutcome outcome;
    uint64_t spilled = 0;
};

std::string linesOf(const std::vector<Value> &items)
{
    std::string text;
    for (const Value &item : items)
        text += toJson(item) + '\n';
    return text;
}

/// The text with words in place of their names.
std::string withWords(std::string text, const std::vector<std::pair<std::string, std::string>> &words)
{
    for (const auto &[name, word] : words)
        for (size_t at; (at = text.find(name)) != std::string::npos;)
            text.replace(at, name.size(), word);
    return text;
}

std::string pipelineOf(const Wish &wish)
{
    const std::string text = R"~({"millrace": 1, "batching": {"size": $BATCH}, "steps": [
      {"id": "l", "type": "read.jsonl", "params": {"path": "left.jsonl"}},
      {"id": "li", "type": "identity", "workers": $WORKERS},
      {"id": "r", "type": "read.jsonl", "params": {"path": "right.jsonl"}},
      {"id": "ri", "type": "identity", "workers": $WORKERS},
      {"id": "j", "type": "join", "onError": "$POLICY", "params": {"on": $ON, "how": "$HOW", $PARAMS}},
      {"id": "view", "type": "view", "params": {"limit": 1000000}},
      {"id": "failed", "type": "view", "params": {"limit": 1000000}}],
      "links": [{"from": "l", "to": "li"}, {"from": "$RIGHT", "to": "ri"},
        {"from": "ri", "to": "j.right"}, {"from": "li", "to": "j.left"}, {"from": "j", "to": "view"},
        {"from": "j.error", "to": "failed"}]})~";
    return withWords(text, {{"$BATCH", std::to_string(wish.batch)},
                            {"$WORKERS", std::to_string(wish.workers)},
                            {"$POLICY", wish.onError},
                            {"$ON", wish.on},
                            {"$HOW", wish.how},
                            {"$PARAMS", wish.params},
                            {"$RIGHT", wish.isOneSource ? "li" : "r"}});
}

std::string memoryIs(const std::string &memory)
{
    return "\"memory\": " + toJson(Value(memory));
}

Joined join(const Wish &wish)
{
    const QTemporaryDir folder;
    const auto write = [&](const char *name, const std::string &text) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(text)) < 0)
            qFatal("can't write");
    };
    write("left.jsonl", linesOf(wish.left));
    write("right.jsonl", linesOf(wish.right));
    auto loaded = parsePipeline(pipelineOf(wish));
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    if (wish.isOneSource)
        std::erase_if(loaded->pipeline.steps, [](const PipelineStep &step) { return step.id == "r"; });
    RunOptions options;
    options.folder = folder.path().toStdString();
    auto run = Run::create(loaded->pipeline, allSteps(), options);
    if (!run)
        qFatal("%s", run.error().message.c_str());
    (*run)->start();
    Joined joined;
    if (!(*run)->waitForDone(Patience))
        qFatal("hangs");
    joined.outcome = (*run)->outcome();
    for (const Value &item : (*run)->viewedItems("view"))
        joined.items.push_back(toJson(item));
    for (const Value &item : (*run)->viewedItems("failed"))
        joined.failed.push_back(toJson(item));
    for (const LogRecord &record : (*run)->log().after(0))
        if (record.hasItem)
            joined.errors.push_back(record.message);
        else if (record.level == LogLevel::Warning)
            joined.warnings.push_back(record.message);
    for (const StepSample &step : (*run)->sample().steps)
        joined.spilled += step.id == "j" ? step.spilledBytes : 0;
    return joined;
}

Value memberOf(const Value &object, const std::string &name)
{
    const Value *value = object.member(name);
    return value ? *value : Value();
}

/// What the join must give, by looking through all pairs. Left items have "a", "g", "n", "x", right ones "b", "h", "m", "x".
class Oracle
{
public:
    Oracle(const Wish &wish, bool hasTwoKeys, std::string multiple, bool isChosen)
        : m_wish(wish), m_hasTwoKeys(hasTwoKeys), m_multiple(std::move(multiple)), m_isChosen(isChosen)
    {
        const std::string &how = wish.how;
        std::vector<bool> isMet(wish.right.size());
        for (const Value &left : wish.left) {
            std::vector<size_t> matches;
            for (size_t i = 0; i < wish.right.size(); ++i)
                if (areEqual(left, wish.right[i])) {
                    matches.push_back(i);
                    isMet[i] = true;
                }
            if (how == "semi" || how == "anti") {
                if (matches.empty() == (how == "anti"))
                    items.push_back(toJson(left));
                continue;
            }
            if (matches.empty()) {
                if (how == "left" || how == "full")
                    add(left, nullptr);
                continue;
            }
            if (matches.size() > 1 && m_multiple == "fail") {
                failed.push_back(toJson(left));
                continue;
            }
            if (m_multiple == "first")
                matches.resize(1);
            for (const size_t i : matches)
                add(left, &wish.right[i]);
        }
        for (size_t i = 0; i < wish.right.size(); ++i)
            if (!isMet[i] && (how == "right" || how == "full"))
                add(restOf(wish.right[i]), &wish.right[i]);
    }

    std::vector<std::string> items, failed;

private:
    bool areEqual(const Value &left, const Value &right) const
    {
        const auto areSame = [](const Value &a, const Value &b) {
            return !a.isNull() && !b.isNull() && compareValues(a, b) == 0;
        };
        return areSame(memberOf(left, "a"), memberOf(right, "b"))
               && (!m_hasTwoKeys || areSame(memberOf(left, "g"), memberOf(right, "h")));
    }
    /// A left side for a right item that has none: its keys, and nulls.
    Value restOf(const Value &right) const
    {
        return Members{{"a", memberOf(right, "b")},
                       {"g", m_hasTwoKeys ? memberOf(right, "h") : Value()},
                       {"n", Value()},
                       {"x", Value()}};
    }
    void add(const Value &left, const Value *right)
    {
        Members members = left.toObject();
        const auto take = [&](const char *name, const char *as) {
            members.emplace_back(as, right ? memberOf(*right, name) : Value());
        };
        if (m_isChosen) {
            take("x", "x.2");
            take("b", "b");
        } else {
            if (!m_hasTwoKeys)
                take("h", "h");
            take("m", "m");
            take("x", "x.2");
        }
        items.push_back(toJson(Value(members)));
    }

    const Wish &m_wish;
    const bool m_hasTwoKeys;
    const std::string m_multiple;
    const bool m_isChosen;
};

/// Keys of all types, most of them few: nulls, numbers in both kinds, texts that look like them.
Value drawKey(std::mt19937_64 &random, bool areMixed, int different)
{
    const int number = random() % 3 == 0 ? 0 : int(random() % uint64_t(different)); // one comes often
    if (random() % 8 == 0)
        return Value();
    if (!areMixed)
        return Value(int64_t(number));
    switch (random() % 5) {
    case 0: return Value(double(number));
    case 1: return Value(std::to_string(number));
    case 2: return Value(number % 2 == 0);
    case 3: return Value(double(number) + 0.5);
    default: return Value(int64_t(number));
    }
}

std::vector<Value> drawItems(std::mt19937_64 &random,
                             const char *key,
                             const char *second,
                             const char *number,
                             int count,
                             bool areMixed,
                             int different)
{
    std::vector<Value> items;
    for (int i = 0; i < count; ++i)
        items.emplace_back(Members{{key, drawKey(random, areMixed, different)},
                                   {second, drawKey(random, areMixed, 3)},
                                   {number, Value(int64_t(i))},
                                   {"x", Value("text " + std::to_string(random() % 100))}});
    return items;
}

std::string shown(const std::vector<std::string> &lines, size_t at)
{
    return at < lines.size() ? lines[at] : "nothing";
}

std::string difference(const std::vector<std::string> &got, const std::vector<std::string> &wanted)
{
    for (size_t i = 0; i < std::max(got.size(), wanted.size()); ++i)
        if (shown(got, i) != shown(wanted, i))
            return "item " + std::to_string(i) + " of " + std::to_string(got.size()) + " is " + shown(got, i)
                   + "\n  not " + shown(wanted, i) + " of " + std::to_string(wanted.size());
    return {};
}

Value item(const std::string &json)
{
    return *parseJson(json);
}

} // namespace

class tst_join : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void joinsAsAllPairsDo()
    {
        const char *const hows[] = {"inner", "left", "right", "full", "semi", "anti"};
        const char *const multiples[] = {"all", "first", "fail"};
        const char *const memories[] = {"256 MiB", "1 B", "2 KiB", "20 KiB"};
        const int count =
            qEnvironmentVariableIsSet("MILLRACE_STRESS") ? qEnvironmentVariableIntValue("MILLRACE_STRESS") : 150;
        int spilled = 0, fitted = 0;
        for (int seed = 1; seed <= count; ++seed) {
            std::mt19937_64 random{uint64_t(seed)};
            const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
            const bool areMixed = draw(0, 1), hasTwoKeys = draw(0, 1), isChosen = draw(0, 3) == 0;
            const int different = draw(0, 2) == 0 ? draw(1, 3) : draw(1, 300);
            Wish wish;
            wish.left =
                drawItems(random, "a", "g", "n", draw(0, 4) == 0 ? draw(0, 3) : draw(0, 400), areMixed, different);
            wish.right =
                drawItems(random, "b", "h", "m", draw(0, 4) == 0 ? draw(0, 3) : draw(0, 400), areMixed, different);
            if (wish.left.empty() || wish.right.empty())
                continue; // see what is empty below: its fields aren't known
            if (hasTwoKeys)
                wish.on = R"({"a": "b", "g": "h"})";
            wish.how = hows[draw(0, 5)];
            const std::string multiple = multiples[draw(0, 2)], memory = memories[draw(0, 3)];
            wish.params = withWords(R"("suffix": ".2", "multiple": "$M", )", {{"$M", multiple}}) + memoryIs(memory)
                          + (isChosen ? R"(, "fields": ["x", "b"])" : "");
            wish.batch = draw(1, 70);
            wish.workers = draw(1, 4);
            wish.onError = "route";
            const Oracle oracle(wish, hasTwoKeys, multiple, isChosen);
            const Joined joined = join(wish);
            const std::string where = "seed " + std::to_string(seed) + ", " + wish.how + wish.params + ": ";
            QVERIFY2(joined.outcome.state == RunState::Finished, (where + joined.outcome.error.message).c_str());
            const std::string problem = difference(joined.items, oracle.items);
            QVERIFY2(problem.empty(), (where + problem).c_str());
            QCOMPARE(joined.failed.size(), oracle.failed.size());
            for (size_t i = 0; i < joined.failed.size(); ++i) {
                const std::string failed = oracle.failed[i].substr(0, oracle.failed[i].size() - 1) + ',';
                QVERIFY2(joined.failed[i].starts_with(failed), (where + joined.failed[i] + " / " + failed).c_str());
            }
            (joined.spilled > 0 ? spilled : fitted)++;
        }
        QVERIFY2(spilled > count / 5 && fitted > count / 5, (std::to_string(spilled) + " spilled").c_str());
    }

    void veryManyMatchesLeaveInSeveralBatches()
    {
        // 40 x 3000 pairs of one key, of which no batch may hold all, between items without a match.
        Wish wish;
        wish.how = "left";
        for (int i = 0; i < 50; ++i)
            wish.left.push_back(Members{{"a", Value(int64_t(i % 10 == 3 ? 2 : 1))}, {"n", Value(int64_t(i))}});
        for (int i = 0; i < 3000; ++i)
            wish.right.push_back(Members{{"b", Value(int64_t(1))}, {"m", Value(int64_t(i))}});
        for (const char *const memory : {"256 MiB", "10 KiB"}) {
            wish.params = memoryIs(memory);
            const Joined joined = join(wish);
            QCOMPARE(joined.items.size(), size_t(45 * 3000 + 5));
            size_t at = 0;
            for (int i = 0; i < 50; ++i)
                for (int m = 0; m < (i % 10 == 3 ? 1 : 3000); ++m)
                    QCOMPARE(joined.items[at++], "{\"a\":" + std::to_string(i % 10 == 3 ? 2 : 1)
                                                     + ",\"n\":" + std::to_string(i)
                                                     + ",\"m\":" + (i % 10 == 3 ? "null" : std::to_string(m)) + '}');
        }
    }

    void whatIsEmptyJoinsWithNothing()
    {
        const std::vector<Value> some{item(R"({"a":1,"b":1,"x":"y"})"), item(R"({"a":null,"b":2,"x":"z"})")};
        for (const char *const memory : {"256 MiB", "1 B"}) {
            const auto how = [&](const char *word, bool hasLeft) {
                Wish wish{.how = word, .params = R"("fields": ["x"], )" + memoryIs(memory)};
                (hasLeft ? wish.left : wish.right) = some;
                const Joined joined = join(wish);
                std::string text;
                for (const std::string &line : joined.items)
                    text += line + '\n';
                return joined.outcome.state == RunState::Finished ? text : joined.outcome.error.message;
            };
            QCOMPARE(how("inner", true), std::string());
            QCOMPARE(how("inner", false), std::string());
            QCOMPARE(how("left", true), std::string("{\"a\":1,\"b\":1,\"x\":\"y\",\"x_right\":null}\n"
                                                    "{\"a\":null,\"b\":2,\"x\":\"z\",\"x_right\":null}\n"));
            QCOMPARE(how("anti", true),
                     std::string("{\"a\":1,\"b\":1,\"x\":\"y\"}\n{\"a\":null,\"b\":2,\"x\":\"z\"}\n"));
            QCOMPARE(how("semi", true), std::string());
            QCOMPARE(how("full", false), std::string("{\"a\":1,\"x\":\"y\"}\n{\"a\":2,\"x\":\"z\"}\n"));
            QCOMPARE(how("left", false), std::string());
        }
    }

    /// Whenever the right side ends, the left one has been worked on before its rest leaves.
    void theRestLeavesLast()
    {
        Wish wish{.how = "full"};
        wish.left = wish.right = {item(R"({"a":1,"b":1,"x":"y"})")};
        const Joined first = join(wish);
        QCOMPARE(first.items.size(), size_t(1));
        for (int i = 0; i < 500; ++i) // once in some thousands it did not
            QCOMPARE(join(wish).items, first.items);
    }

    /// As when a split's parts meet again: the right side is read to its end while the left one has long come.
    void inputsOfOneSourceNeverHang()
    {
        for (const char *const memory : {"256 MiB", "10 KiB"}) {
            Wish wish{.on = R"({"a": "a"})", .params = R"("fields": ["n"], )" + memoryIs(memory)};
            for (int i = 0; i < 20'000; ++i)
                wish.left.push_back(Members{{"a", Value(int64_t(i * 7 % 20'000))}, {"n", Value(int64_t(i))}});
            wish.batch = 3;
            wish.isOneSource = true;
            const Joined joined = join(wish);
            QCOMPARE(joined.outcome.state, RunState::Finished);
            QCOMPARE(joined.warnings, std::vector<std::string>()); // no queue was widened to get on
            QCOMPARE(joined.items.size(), size_t(20'000));
            for (int i = 0; i < 20'000; ++i)
                QCOMPARE(joined.items[size_t(i)], "{\"a\":" + std::to_string(i * 7 % 20'000) + ",\"n\":"
                                                      + std::to_string(i) + ",\"n_right\":" + std::to_string(i) + '}');
        }
    }

    void aMissingFieldIsSaid()
    {
        Wish wish;
        wish.left = {item(R"({"a":1})")};
        wish.right = {item(R"({"b":1})")};
        wish.on = R"({"a": "c"})";
        const Joined joined = join(wish);
        QCOMPARE(joined.outcome.state, RunState::Failed);
        QCOMPARE(joined.outcome.error.message,
                 std::string(R"(On the right side: There is no field "c"; the fields are b.)"));
    }

    void whatIsWrongIsSaidBeforeARun_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *params, const char *problem) {
            QTest::newRow(params) << QByteArray(params) << QByteArray(problem);
        };
        row(R"({"on": {"id": "number"}})", "");
        row(R"({"on": {"id": "real"}})", "");
        row(R"({"on": {"id": "any"}})", "");
        row(R"({"on": {"id": "name"}})", "error on: The field \"id\" of the left side is integer, and \"name\" of the");
        row(R"({"on": {"ids": "number"}})", "error on: There is no field \"ids\"; did you mean \"id\"?");
        row(R"({"on": {"id": "numbr"}})", "error on: On the right side: There is no field \"numbr\"");
        row(R"({"on": {"id": "number"}, "fields": ["nome"]})", "error fields: On the right side: There is no field");
        row(R"({"on": {"id": "number"}, "suffix": ""})", "error suffix: It must not be empty");
        row(R"({"on": {"id": "number"}, "memory": "much"})", "error memory: ");
        row(R"({"on": {"id": "number"}, "how": "anti", "fields": ["name"]})", "warning fields: It has no effect");
    }
    void whatIsWrongIsSaidBeforeARun()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, problem);
        const auto schema = [](std::vector<Field> fields) { return std::make_shared<const Schema>(std::move(fields)); };
        const CheckContext context{{},
                                   schema({{"id", ValueType::Integer, {}}, {"name", ValueType::Text, {}}}),
                                   schema({{"number", ValueType::Integer, {}},
                                           {"real", ValueType::Real, {}},
                                           {"any", ValueType::Null, {}},
                                           {"name", ValueType::Text, {}}})};
        const auto step = allSteps().find("join")->create(parseJson(params.toStdString())->toObject());
        QVERIFY(step);
        std::vector<StepProblem> problems;
        (*step)->check(context, problems);
        QCOMPARE(problems.size(), size_t(problem.isEmpty() ? 0 : 1));
        for (const StepProblem &one : problems) {
            const std::string said = (one.isError ? "error " : "warning ") + one.param + ": " + one.text;
            QVERIFY2(QByteArray::fromStdString(said).startsWith(problem), said.c_str());
        }
    }

    void theFieldsThatLeaveAreKnown()
    {
        const auto schema = [](std::vector<Field> fields) { return std::make_shared<const Schema>(std::move(fields)); };
        const CheckContext context{{},
                                   schema({{"id", ValueType::Integer, {}}, {"x", ValueType::Text, {}}}),
                                   schema({{"x", ValueType::Real, {}}, {"b", ValueType::Real, {}}})};
        const auto names = [&](const char *params) {
            const SchemaPtr known =
                (*allSteps().find("join")->create(parseJson(params)->toObject()))->outputSchema(context);
            return known ? known->names() : std::string();
        };
        QCOMPARE(names(R"({"on": {"id": "b"}})"), std::string("id, x, x_right"));
        QCOMPARE(names(R"({"on": {"id": "b"}, "fields": ["b"], "suffix": "2"})"), std::string("id, x, b"));
        QCOMPARE(names(R"({"on": {"id": "b"}, "how": "semi"})"), std::string("id, x"));
    }

    void severalMatchesFailAlone()
    {
        for (const char *const memory : {"256 MiB", "1 B"}) {
            Wish wish;
            wish.left = {item(R"({"a":1,"n":0})"), item(R"({"a":2,"n":1})"), item(R"({"a":1,"n":2})")};
            wish.right = {item(R"({"b":1,"m":0})"), item(R"({"b":2,"m":1})"), item(R"({"b":1,"m":2})")};
            wish.params = R"("multiple": "fail", )" + memoryIs(memory);
            Joined joined = join(wish);
            QCOMPARE(joined.items, std::vector<std::string>{R"({"a":2,"n":1,"m":1})"});
            QCOMPARE(joined.errors,
                     (std::vector<std::string>(2, R"(Several items of the right side match: "a" is the integer 1.)")));
            wish.onError = "stop";
            joined = join(wish);
            QCOMPARE(joined.outcome.state, RunState::Failed);
            QCOMPARE(joined.outcome.error.message,
                     std::string(R"(Several items of the right side match: "a" is the integer 1.)"));
        }
    }

    void aBypassedJoinLetsTheLeftSideThrough()
    {
        Plan plan;
        plan.source(100, 7);
        plan.source(1000, 9, "side");
        plan.add("side input", StepKind::Transform, [](int) { return new Step; }).inputPorts = {"left", "right"};
        const auto collected = plan.sink();
        plan.plan.links = {{1, 0, 2, 1}, {2, 0, 3}};
        plan.plan.links.insert(plan.plan.links.begin(), {0, 0, 2, 0});
        const auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(firstNumbers(*collected), upTo(100));
    }

    void eachInputNeedsOneLink()
    {
        Plan plan;
        plan.source(1, 1);
        plan.add("two", StepKind::Transform, [](int) { return new Step; }).inputPorts = {"left", "right"};
        (void)plan.sink();
        plan.plan.links = {{0, 0, 1, 0}, {1, 0, 2}};
        const auto run = Run::create(plan.plan, {});
        QVERIFY(!run);
        QCOMPARE(run.error().message, std::string(R"(The input "right" of "two" takes one link, and there are 0.)"));
    }
};

} // namespace tst_join

QTEST_GUILESS_MAIN(tst_join::tst_join)
#include "tst_join.moc"
