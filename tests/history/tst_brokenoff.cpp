// SPDX-License-Identifier: MIT
// What a run may go on by: all that its result depends on, and nothing else.
#include "history/BrokenOffRun.h"
#include "pipeline/file/PipelineReader.h"
#include "steps/StepType.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <string>

using namespace millrace;

namespace tst_brokenoff {

namespace {

constexpr const char *Inner = R"({"millrace": 1, "steps": [
    {"id": "in", "type": "input"},
    {"id": "times", "type": "multiply", "params": {"by": 2}},
    {"id": "out", "type": "output"}],
    "links": [{"from": "in", "to": "times"}, {"from": "times", "to": "out"}]})";
constexpr const char *Outer = R"({"millrace": 1, "parameters": {"least": {"default": 3}}, "steps": [
    {"id": "numbers", "type": "generate", "params": {"count": 9}, "position": [1, 2]},
    {"id": "large", "type": "filter", "params": {"expression": "value >= ${least}"}, "workers": 2},
    {"id": "double", "type": "pipeline", "params": {"file": "inner.millrace"}},
    {"id": "end", "type": "write.csv", "params": {"path": "out.csv"}}],
    "links": [{"from": "numbers", "to": "large"}, {"from": "large", "to": "double"}, {"from": "double", "to": "end"}]})";

} // namespace

class TestBrokenOff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        write("inner.millrace", Inner);
    }

    void theDigestKnowsWhatTheResultDependsOn()
    {
        const std::string digest = digestOf(Outer);
        QCOMPARE(digestOf(replaced(Outer, "\"count\": 9", "\"count\": 8")) == digest, false);
        QCOMPARE(digestOf(replaced(Outer, "\"default\": 3", "\"default\": 4")) == digest, false);
        QCOMPARE(digestOf(Outer, "another version") == digest, false);
        write("inner.millrace", replaced(Inner, "\"by\": 2", "\"by\": 3"));
        QCOMPARE(digestOf(Outer) == digest, false);
    }

    void theDigestDoesNotKnowWhatItDoesNotDependOn()
    {
        const std::string digest = digestOf(Outer);
        QCOMPARE(digestOf(replaced(Outer, "[1, 2]", "[3, 4]")), digest);
        QCOMPARE(digestOf(replaced(Outer, "\"workers\": 2", "\"workers\": 3, \"queueSize\": 7")), digest);
        QCOMPARE(digestOf(replaced(Outer, "\"workers\": 2", "\"name\": \"Large ones\"")), digest);
    }

    void resultsWithinNestedPipelinesAreFound()
    {
        const std::string inner = replaced(
            replaced(Inner, "\"links\": [", R"("links": [{"from": "times", "to": "kept"}, )"),
            R"({"id": "out", "type": "output"})",
            R"({"id": "out", "type": "output"}, {"id": "kept", "type": "write.csv", "params": {"path": "kept.csv"}})");
        write("inner.millrace", inner);
        QVERIFY(results().empty());
        write(".kept.csv.journal", "{}");
        QCOMPARE(results(), std::vector<std::string>{path("kept.csv")});
        // It is no journal: nothing is offered.
        QVERIFY(!brokenOffRunOf(parsed(Outer), m_folder->path().toStdString(), m_registry, "1"));
    }

private:
    static std::string replaced(std::string text, const std::string &what, const std::string &with)
    {
        const size_t at = text.find(what);
        return at == std::string::npos ? std::string() : text.replace(at, what.size(), with);
    }
    std::string path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)).toStdString(); }
    void write(const char *name, const std::string &text)
    {
        QFile file(m_folder->filePath(QString::fromUtf8(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.data(), qint64(text.size()));
    }
    static Pipeline parsed(const std::string &text)
    {
        auto loaded = parsePipeline(text);
        return loaded ? std::move(loaded->pipeline) : Pipeline();
    }
    std::string digestOf(const std::string &text, const std::string &version = "1") const
    {
        return digestForResume(parsed(text), m_folder->path().toStdString(), m_registry, {}, version);
    }
    std::vector<std::string> results() const
    {
        return resultsWithJournal(parsed(Outer), m_folder->path().toStdString(), m_registry);
    }

    StepRegistry m_registry;
    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace tst_brokenoff

QTEST_GUILESS_MAIN(tst_brokenoff::TestBrokenOff)
#include "tst_brokenoff.moc"
