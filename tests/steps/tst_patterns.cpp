// SPDX-License-Identifier: MIT
// The steps that look for text by regular expressions, beside those of the standard library.
#include "expression/values/Pattern.h"
#include "expression/values/TextPattern.h"
#include "steps/StepRunner.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <random>
#include <regex>

using namespace millrace;
using namespace millrace::test;

namespace tst_patterns {

namespace {

class Random
{
public:
    explicit Random(unsigned seed) : m_random(seed) {}
    int draw(int least, int most) { return std::uniform_int_distribution<int>(least, most)(m_random); }
    std::string text(const char *letters, int most)
    {
        const std::string_view all(letters);
        std::string text;
        for (int i = draw(0, most); i > 0; --i)
            text += all[size_t(draw(0, int(all.size()) - 1))];
        return text;
    }
    const char *pattern()
    {
        static constexpr const char *All[] = {"a",      "[ab]+",   "a*",       "(a)(b)?", "(a|bc)(c*)", "^a|c$",
                                              "b{2,3}", "(?:ab)+", "(.)\\1",   "[^a]",    "a*?b",       "(a+)|(b+)",
                                              "\\b",    "$",       "(a)|(b)c", "(?=b)",   ".",          "x?"};
        return All[size_t(draw(0, int(std::size(All)) - 1))];
    }

private:
    std::mt19937 m_random;
};

std::string asJson(const std::string &text)
{
    return toJson(Value(text));
}

/// JSON with single quotes, which are easier to read here.
std::string json(std::string text)
{
    std::ranges::replace(text, '\'', '"');
    return text;
}

} // namespace

class PatternsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesAreReplacedAsElsewhere_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 100; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }
    void matchesAreReplacedAsElsewhere()
    {
        QFETCH(unsigned, seed);
        Random random(seed);
        const std::string pattern = random.pattern();
        const std::vector<std::string> replacements{"", "-", "<$&>", "$$$&$&"};
        const std::string with = replacements[size_t(random.draw(0, 3))];
        const std::regex other(pattern);
        const auto step = make("replace", R"({"find": )" + asJson(pattern) + R"(, "with": )" + asJson(with)
                                              + R"(, "regex": true, "fields": ["t"]})");
        QVERIFY(step->open({}));
        std::vector<std::string> texts;
        std::string items;
        for (int i = random.draw(1, 30); i > 0; --i) {
            texts.push_back(random.text("abcx ", 12));
            items += (items.empty() ? "" : ",") + ("{\"t\":" + asJson(texts.back()) + "}");
        }
        const auto batch = batchOf('[' + items + ']');
        QVERIFY(step->process(*batch));
        for (size_t row = 0; row < texts.size(); ++row)
            COMPARE_TEXT(std::string(batch->item(row).member("t")->toText()),
                         std::regex_replace(texts[row], other, with));
    }

    void textIsReplacedAsItIs()
    {
        const auto replaced = [](const std::string &params, const std::string &items) {
            const auto batch = batchOf(items);
            const auto step = make("replace", params);
            if (auto opened = step->open({}); !opened)
                return opened.error().message;
            const auto done = step->process(*batch);
            return done ? jsonOf(*batch) : done.error().message;
        };
        COMPARE_TEXT(
            replaced(R"({"find": ".", "with": "$1"})", R"([{"a":"1.5","b":".","n":1.5},{"a":null,"b":"x","n":2}])"),
            "{\"a\":\"1$15\",\"b\":\"$1\",\"n\":1.5}\n{\"a\":null,\"b\":\"x\",\"n\":2}\n");
        COMPARE_TEXT(replaced(R"({"find": "ä", "with": "ae", "ignoreCase": true})", R"([{"a":"Ärmel, älter"}])"),
                     "{\"a\":\"aermel, aelter\"}\n");
        COMPARE_TEXT(replaced(R"({"find": "aa", "with": "a"})", R"([{"a":"aaaaa"}])"), "{\"a\":\"aaa\"}\n");
        COMPARE_TEXT(replaced(R"({"find": "x?", "with": "-", "regex": true})", R"([{"a":"äöx"}])"),
                     "{\"a\":\"-ä-ö--\"}\n");
        COMPARE_TEXT(replaced(json("{'find': '(?<y>\\\\d+)-(?<m>\\\\d+)', 'with': '${m}/${y}', 'regex': true}"),
                              R"([{"a":"2024-05"}])"),
                     "{\"a\":\"05/2024\"}\n");
        // Mixed values, of a named field and of all.
        COMPARE_TEXT(replaced(R"({"find": "1", "with": "2"})", R"([{"a":"1"},{"a":1},{"a":[1]}])"),
                     "{\"a\":\"2\"}\n{\"a\":1}\n{\"a\":[1]}\n");
        const auto named = batchOf(R"([{"a":"1"},{"a":1},{"a":null},{"a":"3"}])");
        const auto step = make("replace", R"({"find": "1", "with": "2", "fields": ["a"]})");
        QVERIFY(step->open({}));
        QVERIFY(step->process(*named));
        QCOMPARE(named->errors().size(), size_t(1));
        QCOMPARE(named->errors()[0].row, 1u);
        COMPARE_TEXT(named->errors()[0].message, "The field \"a\" is the integer 1, no text to replace in.");
        COMPARE_TEXT(toJson(*named->item(0).member("a")), "\"2\"");
        COMPARE_TEXT(toJson(*named->item(3).member("a")), "\"3\"");
    }

    void partsBecomeFields_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 60; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }
    void partsBecomeFields()
    {
        QFETCH(unsigned, seed);
        Random random(seed);
        const std::vector<std::pair<std::string, std::string>> patterns{
            {"(?<one>a+)(?<two>b)?", "(a+)(b)?"},
            {"(?<one>[ab])(?:c|(?<two>x))", "([ab])(?:c|(x))"},
            {"^(?<one>\\w*) (?<two>\\w+)", "^(\\w*) (\\w+)"},
        };
        const auto &[pattern, plain] = patterns[size_t(random.draw(0, 2))];
        const std::regex other(plain);
        const auto step = make("extract", R"({"field": "t", "missing": "reject", "pattern": )" + asJson(pattern) + "}");
        QVERIFY(step->open({}));
        std::vector<std::string> texts;
        std::string items;
        for (int i = random.draw(1, 30); i > 0; --i) {
            texts.push_back(random.text("abcx ", 8));
            items += (items.empty() ? "" : ",") + ("{\"t\":" + asJson(texts.back()) + "}");
        }
        const auto batch = batchOf('[' + items + ']');
        QVERIFY(step->process(*batch));
        QCOMPARE(batch->size(), texts.size());
        for (size_t row = 0; row < texts.size(); ++row) {
            std::smatch match;
            const bool isFound = std::regex_search(texts[row], match, other);
            QCOMPARE(!batch->ports().empty() && batch->ports()[row] == 1, !isFound);
            for (const size_t group : {1u, 2u}) {
                const bool isThere = isFound && match[group].matched;
                const Value expected = isThere ? Value(match[group].str()) : Value();
                QVERIFY2(*batch->item(row).member(group == 1 ? "one" : "two") == expected, texts[row].c_str());
            }
        }
    }

    void whatHasNoMatchIsNullOrFails()
    {
        const std::string items = R"([{"t":"GET /a"},{"t":null},{"t":5},{"t":[1]},{"t":"PUT /b"}])";
        const auto extracted = [&](const char *missing) {
            const auto step =
                make("extract", json("{'field': 't', 'pattern': '(?<method>GET|PUT) (?<t>.*)', 'missing': '"
                                     + std::string(missing) + "'}"));
            auto batch = batchOf(items);
            if (!step->open({}) || !step->process(*batch))
                batch->clearItems();
            return batch;
        };
        auto batch = extracted("null");
        COMPARE_TEXT(jsonOf(*batch), "{\"t\":\"/a\",\"method\":\"GET\"}\n{\"t\":null,\"method\":null}\n"
                                     "{\"t\":null,\"method\":null}\n{\"t\":\"/b\",\"method\":\"PUT\"}\n");
        QCOMPARE(batch->errors().size(), size_t(1));
        batch = extracted("fail");
        COMPARE_TEXT(jsonOf(*batch), "{\"t\":\"/a\",\"method\":\"GET\"}\n{\"t\":\"/b\",\"method\":\"PUT\"}\n");
        QCOMPARE(batch->errors().size(), size_t(3));
        COMPARE_TEXT(batch->errors()[1].message, "The field \"t\" is the integer 5, in which the pattern "
                                                 "\"(?<method>GET|PUT) (?<t>.*)\" isn't found.");
    }

    void wrongPatternsAreSaidWithTheirColumn_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *type, const char *params, const char *problem) {
            QTest::newRow(params) << QByteArray(type) << QByteArray(params) << QByteArray(problem);
        };
        row("replace", "{'find': 'ää(b', 'regex': true}", "find: The pattern \"ää(b\" is wrong at column 5: ");
        row("replace", "{'find': '(a)', 'with': '-$2', 'regex': true}",
            "with: In the replacement \"-$2\", column 2: The pattern has no group \"2\".");
        row("replace", "{'find': '(a)', 'with': '5 $', 'regex': true}", "with: In the replacement \"5 $\", column 3: ");
        row("replace", "{'find': '(a)', 'with': '${b}', 'regex': true}",
            "with: In the replacement \"${b}\", column 1: The pattern has no group \"b\".");
        row("replace", "{'find': 'a', 'fields': ['b']}", "fields: There is no field \"b\"");
        row("extract", "{'field': 't', 'pattern': '(?<a>['}", "pattern: The pattern \"(?<a>[\" is wrong at column 7: ");
        row("extract", "{'field': 't', 'pattern': '(a)'}", "pattern: The pattern \"(a)\" names no group");
        row("extract", "{'field': 'u', 'pattern': '(?<a>a)'}", "field: There is no field \"u\"");
        row("extract", "{'field': 't', 'pattern': '(?<n>a)'}", "pattern: The field \"n\" is there already");
    }
    void wrongPatternsAreSaidWithTheirColumn()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, problem);
        const CheckContext context{{},
                                   std::make_shared<const Schema>(
                                       std::vector<Field>{{"t", ValueType::Text, {}}, {"n", ValueType::Integer, {}}})};
        std::vector<StepProblem> problems;
        make(type.toStdString(), json(params.toStdString()))->check(context, problems);
        QCOMPARE(problems.size(), size_t(1));
        const std::string said = problems[0].param + ": " + problems[0].text;
        QVERIFY2(bytes(said).startsWith(problem), said.c_str());
    }

    /// Whether its machine code counts as PCRE2's interpreter does or not: it ends.
    void noPatternHangs()
    {
        const std::string endless(60, 'a');
        for (const char *type : {"replace", "extract"}) {
            const bool isReplace = std::string_view(type) == "replace";
            const auto step =
                make(type, json(isReplace ? "{'fields': ['t'], 'find': '^(([a-z])+.)+[A-Z]([a-z])+$', 'regex': true}"
                                          : "{'field': 't', 'pattern': '^(?<x>([a-z])+.)+[A-Z]([a-z])+$'}"));
            QVERIFY(step->open({}));
            const auto batch = batchOf(json("[{'t':'b'},{'t':'" + endless + "'},{'t':'c'}]"));
            QElapsedTimer timer;
            timer.start();
            QVERIFY(step->process(*batch));
            QVERIFY2(timer.elapsed() < 60'000, type);
            QCOMPARE(batch->errors().size(), size_t(1));
            QCOMPARE(batch->errors()[0].row, 1u);
            QVERIFY(batch->errors()[0].message.find("took more than 10000000 steps in the field \"t\"")
                    != std::string::npos);
        }
    }

    /// PCRE2 counts anew at each place where a match could begin.
    void stepsCountTogetherForAllPlaces()
    {
        for (const auto &[source, length] :
             {std::pair("(?:a|a){20}[bc]", 100), std::pair("(?:a|a){20}[bc]", 1500), std::pair("(?:a|a){22}[bc]", 3000),
              std::pair("\\w*\\w*\\w*\\w*\\w[bc]", 3000)}) {
            auto pattern = TextPattern::compile(source, {});
            QVERIFY(pattern);
            const std::string text(size_t(length), 'a');
            QCOMPARE(pattern->find(text), TextPattern::Answer::GaveUp);
            std::string result;
            QCOMPARE(replaceAll(*pattern, Replacement::literal("-"), text, result), TextPattern::Answer::GaveUp);
            // And is as good as new for the next one.
            QCOMPARE(pattern->find(std::string(22, 'a') + "b"), TextPattern::Answer::Found);
        }
        const auto step = make("replace", json("{'fields': ['t'], 'find': '(?:a|a){20}[bc]', 'regex': true}"));
        QVERIFY(step->open({}));
        const auto batch = batchOf(json("[{'t':'b'},{'t':'" + std::string(400, 'a') + "'},{'t':'c'}]"));
        QVERIFY(step->process(*batch));
        QCOMPARE(batch->errors().size(), size_t(1));
        QCOMPARE(batch->errors()[0].row, 1u);
    }

    void stepsOfAConditionCountTogetherToo()
    {
        PatternCache patterns;
        QCOMPARE(patterns.find("(?:a|a){20}[bc]", std::string(1500, 'a')), PatternCache::Answer::GaveUp);
        QCOMPARE(patterns.find("(?:a|a){20}[bc]", std::string(22, 'a') + "b"), PatternCache::Answer::Found);
        QCOMPARE(patterns.find("^\\w$", "\xc3\xa4"), PatternCache::Answer::NotFound); // as ever
        QCOMPARE(patterns.find("^(?i)\xc3\x84$", "\xc3\xa4"), PatternCache::Answer::Found);
        QCOMPARE(patterns.find("^.b$", "\xff"
                                       "b"),
                 PatternCache::Answer::Found);
        QCOMPARE(patterns.find("(", "a"), PatternCache::Answer::WrongPattern);
        QCOMPARE(patterns.find("(", "a"), PatternCache::Answer::WrongPattern);
    }

    /// Also where one place takes what the others may not, and where each match is tried for by itself.
    void longTextsAreNoTrouble()
    {
        std::string text;
        for (int i = 0; text.size() < 1'000'000; ++i)
            text += "line " + std::to_string(i) + ", \"some \\\"quoted\\\" text\", w\xc3\xb6rds "
                    + std::string(size_t(i % 30), ' ') + "\n";
        for (const char *source : {"\\w+", "(?m)\\s+$", "\"(?:[^\"\\\\]|\\\\.)*\"", "(?:[^,\\n]*,)+", "(\\w+) (\\w+)",
                                   "^(?:.*\\n)*$", "(?:line (?:.*\\n))+", "(?s).*?999", "x?", "(?<=\xc3\xb6)r"}) {
            auto pattern = TextPattern::compile(source, {});
            QVERIFY(pattern);
            const auto same = Replacement::of("$&", *pattern);
            QVERIFY(same);
            std::string result;
            QCOMPARE(replaceAll(*pattern, *same, text, result), TextPattern::Answer::Found);
            QVERIFY2(result == text, source);
        }
        for (const char *source : {"nothing", "[a-z]+X", "(a|b|c|d)+e,"}) {
            auto pattern = TextPattern::compile(source, {});
            QVERIFY(pattern);
            QCOMPARE(pattern->find(text), TextPattern::Answer::NotFound);
        }
    }

    void whatIsNoUtf8MatchesNothing()
    {
        auto pattern = TextPattern::compile("a.", {});
        QVERIFY(pattern);
        QCOMPARE(pattern->find("a\xff"), TextPattern::Answer::NotFound);
        QCOMPARE(pattern->find("\xff\xfe ab"), TextPattern::Answer::Found);
        QVERIFY((pattern->group(0) == std::pair<size_t, size_t>(3, 5)));
        QVERIFY(!pattern->group(1));
    }
};

} // namespace tst_patterns

QTEST_GUILESS_MAIN(tst_patterns::PatternsTest)
#include "tst_patterns.moc"
