// SPDX-License-Identifier: MIT
#include "pipeline/PipelineFile.h"
#include "trust/BundledExamples.h"
#include "trust/Executables.h"
#include "trust/TrustRecord.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>
#include <thread>

namespace millrace {

class TestTrust : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

    void programsAndScriptsAreListedAsWritten()
    {
        const Executables found = executablesOf(
            R"({"id": "numbers", "type": "generate", "params": {"count": 3}},
               {"id": "tenfold", "type": "formula", "params": {"expression": "value * 10", "field": "value"}},
               {"id": "clean", "name": "Clean up", "type": "program",
                "params": {"command": ["jq", "-c", ".a = 'b c'"], "environment": {"PATH": "/mine"}, "timeLimit": 3}},
               {"id": "script", "type": "javascript", "params": {"code": "function transform(item) {\n  return item;\n}\n"}})");
        QCOMPARE(found.size(), 2u);
        QCOMPARE(found[0].step, "clean");
        QCOMPARE(found[0].name, "Clean up");
        QCOMPARE(found[0].type, "program");
        QCOMPARE(found[0].text, "jq -c '.a = '\\''b c'\\'''\nenvironment: {\"PATH\":\"/mine\"}");
        QCOMPARE(found[1].name, "JavaScript");
        QCOMPARE(found[1].text, "function transform(item) {\n  return item;\n}");
        QCOMPARE(found[0].print.size(), 64u);
    }

    void whatIsTurnedOffExecutesNothing()
    {
        QVERIFY(executablesOf(R"({"id": "a", "type": "program", "params": {"command": "cat"}, "enabled": false},
                                 {"id": "b", "type": "program", "params": {"command": "cat"}, "bypass": true},
                                 {"id": "c", "type": "from.elsewhere", "params": {"command": "cat"}})")
                    .empty());
    }

    void argumentsOfWorkersAreExecutedToo()
    {
        const auto stepWith = [this](const char *workers) {
            return executablesOf(
                QByteArray(R"({"id": "a", "type": "program", "params": {"command": "cat"}, "workers": )") + workers
                + R"(, "workerArguments": [{"command": "tac"}, {"command": "rev"}, {"command": "tac"}]})");
        };
        Executables found = stepWith("4");
        QCOMPARE(found.size(), 3u);
        QCOMPARE(found[0].text, "cat");
        QCOMPARE(found[1].text, "tac");
        QCOMPARE(found[2].text, "rev");
        found = stepWith("3");
        QCOMPARE(found.size(), 2u);
        QCOMPARE(found[0].text, "tac");
    }

    void thePrintIsOfWhatIsExecutedOnly()
    {
        const std::string print = printOf(R"("params": {"command": "cat -n"})");
        QCOMPARE(printOf(R"("name": "Other", "params": {"timeLimit": 7, "command": "cat -n"}, "workers": 3)"), print);
        QCOMPARE(printOf(R"("params": {"command": "cat -n", "protocol": "batch"})"), print);
        for (const char *other : {R"("params": {"command": "cat -b"})", R"("params": {"command": ["cat", "-n"]})",
                                  R"("params": {"command": "cat -n", "environment": {"LD_PRELOAD": "x.so"}})",
                                  R"("params": {"command": "cat -n", "folder": "/"})",
                                  R"("params": {"command": "cat -n", "protocol": "lines"})"})
            QVERIFY2(printOf(other) != print, other);
    }

    void aScriptBesideTheFileBelongsToThePrint()
    {
        write("clean.py", "print(1)");
        const char *direct = R"("params": {"command": "python3 clean.py"})";
        const char *byShell = R"("params": {"command": "PYTHONPATH=. python3 ./clean.py | cat"})";
        const std::string first = printOf(direct), firstByShell = printOf(byShell);
        QCOMPARE(executablesOf(QByteArray(R"({"id": "a", "type": "program", )") + direct + '}').front().text,
                 "python3 clean.py\nwith the file clean.py");
        write("clean.py", "print(2)");
        QVERIFY(printOf(direct) != first);
        QVERIFY(printOf(byShell) != firstByShell);
        write("clean.py", "print(1)");
        QCOMPARE(printOf(direct), first);
        const QTemporaryDir elsewhere;
        QVERIFY(QFile::copy(path("clean.py"), elsewhere.filePath(QStringLiteral("clean.py"))));
        QCOMPARE(printOf(direct, elsewhere.path().toStdString()), first);
    }

    void whatACommandReadsAndWritesDoesNotBelongToThePrint()
    {
        for (const char *command :
             {"tee -a log.txt", "sh -c 'cat; touch log.txt'", "python3 clean.py log.txt", "cat log.txt"}) {
            const QByteArray settings = QByteArray(R"("params": {"command": "C"})").replace("C", command);
            QFile::remove(path("log.txt"));
            const std::string before = printOf(settings);
            QVERIFY(!before.empty());
            write("log.txt", "1");
            QCOMPARE(printOf(settings), before);
        }
        // It is a script where an interpreter is told to read it, or where it says so itself.
        for (const char *command : {"python3 -u log.txt", "/usr/bin/awk -f log.txt", "cat | ruby log.txt"}) {
            const QByteArray settings = QByteArray(R"("params": {"command": "C"})").replace("C", command);
            write("log.txt", "1");
            const std::string before = printOf(settings);
            write("log.txt", "2");
            QVERIFY2(printOf(settings) != before, command);
        }
        write("run", "#!/bin/cat");
        const std::string before = printOf(R"("params": {"command": "env ./run"})");
        write("run", "#!/bin/sh");
        QVERIFY(printOf(R"("params": {"command": "env ./run"})") != before);
    }

    void theRecordKnowsWhatWasAdded()
    {
        const TrustRecord record(path("data/millrace/trusted").toStdString());
        const Executables mine = executablesOf(R"({"id": "a", "type": "program", "params": {"command": "cat"}})");
        const Executables both = executablesOf(R"({"id": "b", "type": "program", "params": {"command": "tac"}},
                                                  {"id": "c", "type": "program", "params": {"command": "cat"}})");
        QCOMPARE(record.unknownOf(mine), mine);
        QVERIFY(record.add(mine));
        QVERIFY(record.unknownOf(mine).empty());
        QCOMPARE(record.unknownOf(both), Executables{both.front()});
        QVERIFY(record.add(both));
        QVERIFY(record.add(both));
        QFile file(path("data/millrace/trusted"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('\n'), 2);
        QCOMPARE(file.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther), QFileDevice::Permissions());
    }

    void addingFromSeveralProgramsAtOnceLosesNothing()
    {
        const std::string place = path("trusted").toStdString();
        std::vector<Executables> parts;
        for (int i = 0; i < 8; ++i)
            parts.push_back(
                executablesOf(QByteArray(R"({"id": "a", "type": "program", "params": {"command": "cat N"}})")
                                  .replace("N", QByteArray::number(i))));
        {
            std::vector<std::jthread> threads;
            for (const Executables &part : parts)
                threads.emplace_back([&] { (void)TrustRecord(place).add(part); });
        }
        for (const Executables &part : parts)
            QVERIFY(TrustRecord(place).unknownOf(part).empty());
    }

    void aRecordThatCanNotBeWrittenSaysWhy()
    {
        write("file", "");
        const Executables mine = executablesOf(R"({"id": "a", "type": "program", "params": {"command": "cat"}})");
        const auto added = TrustRecord(path("file/trusted").toStdString()).add(mine);
        QVERIFY(!added);
        QVERIFY(added.error().message.starts_with("The record of what you trust, "));
        QVERIFY(!TrustRecord(std::string()).add(mine));
    }

    void theBundledExamplesAreTrusted()
    {
        const TrustRecord record(path("none").toStdString());
        std::string lacking;
        size_t found = 0;
        for (QDirIterator files(QStringLiteral(MILLRACE_SOURCE_DIR "/resources/examples"),
                                {QStringLiteral("*.millrace")}, QDir::Files, QDirIterator::Subdirectories);
             files.hasNext();) {
            const QString file = files.next();
            const auto loaded = loadPipeline(file.toStdString());
            QVERIFY(loaded);
            const Executables all =
                millrace::executablesOf(loaded->pipeline, m_registry, files.fileInfo().path().toStdString());
            found += all.size();
            for (const Executable &unknown : record.unknownOf(all))
                lacking += "\n    \"" + unknown.print + "\", (" + unknown.step + ")";
        }
        QVERIFY2(lacking.empty(), ("BundledExamples.h lacks:" + lacking).c_str());
        QCOMPARE(found, BundledPrints.size());
    }

private:
    QString path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    void write(const char *name, const QByteArray &content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    Executables executablesOf(const QByteArray &steps, const std::string &folder = {}) const
    {
        const auto loaded = parsePipeline((R"({"millrace": 1, "links": [], "steps": [)" + steps + "]}").toStdString());
        return loaded ? millrace::executablesOf(loaded->pipeline, m_registry,
                                                folder.empty() ? m_folder->path().toStdString() : folder)
                      : Executables();
    }
    std::string printOf(const QByteArray &settings, const std::string &folder = {}) const
    {
        const Executables found = executablesOf(R"({"id": "a", "type": "program", )" + settings + '}', folder);
        return found.size() == 1 ? found.front().print : std::string();
    }

    StepRegistry m_registry;
    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace millrace

QTEST_GUILESS_MAIN(millrace::TestTrust)
#include "tst_trust.moc"
