// SPDX-License-Identifier: MIT
// What of a pipeline must be agreed to, and what is remembered of that. Ways past it: tst_ways.
#include "pipeline/PipelineFile.h"
#include "trust/Permissions.h"
#include "trust/PermissionText.h"
#include "trust/TrustRecord.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>
#include <thread>

namespace millrace::tst_trust {

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
        const Permissions found = needed(
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
        QCOMPARE(digestOf(found).size(), 64u);
        QCOMPARE(summaryOf(found), "2 programs or scripts to execute");
    }

    void requestsAreAskedForWithAllThatIsSent()
    {
        const auto found = [this](const char *params) {
            return permissionsOf(
                       pipelineOf(QByteArray(R"({"id": "ask", "type": "http.request", "params": )") + params + '}'),
                       m_registry, place(), TrustRecord(path("none/trusted").toStdString()))
                .needed;
        };
        const Permissions one =
            found(R"({"url": "https:\/\/example.org/{id}", "method": "POST", "auth": "bearer:env:TOKEN", "tries": 2})");
        QCOMPARE(one.size(), 1u);
        QCOMPARE(one[0].kind, Permission::Kind::Connect);
        QCOMPARE(one[0].text, "https://example.org/{id}\nmethod: POST\nauth: bearer:env:TOKEN");
        QCOMPARE(summaryOf(one), "1 step that sends requests");
        QVERIFY2(named(one[0]).starts_with("send requests to https://example.org/{id}"), named(one[0]).c_str());
        QVERIFY(found(R"({"url": "https:\/\/example.org/{id}", "method": "POST", "auth": "bearer:env:OTHER"})")[0].print
                != one[0].print);
        QVERIFY(
            found(
                R"({"url": "https:\/\/example.org/{id}", "method": "POST", "auth": "bearer:env:TOKEN", "tries": 9})")[0]
                .print
            == one[0].print);
        const Permissions file = found(R"({"url": "https:\/\/example.org/", "auth": "bearer:file:/elsewhere/token"})");
        QCOMPARE(file.size(), 2u);
        QCOMPARE(file[1].kind, Permission::Kind::Read);
        QCOMPARE(file[1].text, "/elsewhere/token");
        const Pipeline all =
            pipelineOf(R"({"id": "ask", "type": "http.request", "enabled": false, "params": {"url": "http:\/\/x/"}})");
        QCOMPARE(definitionsOf(all, m_registry).size(), 1u);
    }
    void whatTakesFilesAwayIsAskedFor()
    {
        const auto found = [this](const char *step) {
            return permissionsOf(pipelineOf(step), m_registry, place(), TrustRecord(path("none/trusted").toStdString()))
                .needed;
        };
        QCOMPARE(found(R"({"id": "c", "type": "files.copy", "params": {"to": "out/{name}"}})").size(), 0u);
        QCOMPARE(found(R"({"id": "c", "type": "files.copy", "params": {"to": "out/{name}", "within": "/etc"}})").size(),
                 1u);
        QCOMPARE(found(R"({"id": "c", "type": "files.copy", "params": {"to": "/elsewhere/{name}"}})").size(), 1u);
        QCOMPARE(found(R"({"id": "w", "type": "write.files", "params": {"to": "/elsewhere/{name}"}})").size(), 1u);
        // What items name freely in the pipeline's own folder may be a program, or another pipeline.
        const Permissions any = found(R"({"id": "w", "type": "write.files", "params": {"to": "{name}"}})");
        QCOMPARE(any.size(), 1u);
        QVERIFY(any[0].reason.find("its items name the files") != std::string::npos);
        QCOMPARE(found(R"({"id": "w", "type": "write.lines", "params": {"path": "{d}/{name}"}})").size(), 1u);
        QCOMPARE(found(R"({"id": "w", "type": "write.lines", "params": {"path": "{name}.txt"}})").size(), 0u);
        for (const char *type : {"files.move", "files.delete"}) {
            const std::string step =
                std::string("{\"id\": \"m\", \"type\": \"") + type + "\", \"params\": {\"to\": \"out/{name}\"}}";
            const Permissions here = found(step.c_str());
            QCOMPARE(here.size(), 1u);
            QCOMPARE(here[0].kind, Permission::Kind::Write);
            QCOMPARE(here[0].text, QFileInfo(m_folder->path()).canonicalFilePath().toStdString());
            QVERIFY2(here[0].reason.find("taken away") != std::string::npos, here[0].reason.c_str());
        }
        QDir(m_folder->path()).mkdir(QStringLiteral("inbox"));
        QCOMPARE(found(R"({"id": "w", "type": "watch.folder", "params": {"path": "inbox", "content": "text"}})").size(),
                 0u);
        QCOMPARE(
            found(
                R"({"id": "w", "type": "watch.folder", "params": {"path": "inbox", "content": "text", "after": "delete"}})")
                .size(),
            1u);
    }

    void whatIsTurnedOffExecutesNothing()
    {
        const char *off = R"({"id": "a", "type": "program", "params": {"command": "cat"}, "enabled": false},
                             {"id": "b", "type": "program", "params": {"command": "cat -n"}, "bypass": true},
                             {"id": "c", "type": "from.elsewhere", "params": {"command": "cat"}})";
        QVERIFY(needed(off).empty());
        QCOMPARE(definitionsOf(pipelineOf(off), m_registry).size(), 2u); // it may be turned on in the window
    }

    void argumentsOfWorkersAreExecutedToo()
    {
        const auto stepWith = [this](const char *workers) {
            return needed(QByteArray(R"({"id": "a", "type": "program", "params": {"command": "cat"}, "workers": )")
                          + workers
                          + R"(, "workerArguments": [{"command": "tac"}, {"command": "rev"}, {"command": "tac"}]})");
        };
        Permissions found = stepWith("4");
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
                                  R"("params": {"command": "cat -n", "folder": "/usr"})",
                                  R"("params": {"command": "cat -n", "protocol": "lines"})"})
            QVERIFY2(printOf(other) != print, other);
    }

    void theSameFolderElsewhereHasTheSamePrint()
    {
        write("clean.py", "print(1)");
        const char *command = R"("params": {"command": "python3 clean.py"})";
        const QTemporaryDir elsewhere;
        QVERIFY(QFile::copy(path("clean.py"), elsewhere.filePath(QStringLiteral("clean.py"))));
        QCOMPARE(printOf(command, elsewhere.path().toStdString()), printOf(command));
        QVERIFY(printOf(command, "/usr/share") != printOf(command));
    }

    /// Results and data of the pipeline itself change with every run.
    void whatThePipelineReadsAndWritesDoesNotBelongToThePrint()
    {
        const QByteArray steps = R"({"id": "in", "type": "read.csv", "params": {"path": "in.csv"}},
            {"id": "list", "type": "read.files", "params": {"folder": "inbox"}},
            {"id": "a", "type": "program", "params": {"command": "COMMAND"}},
            {"id": "out", "type": "write.jsonl", "params": {"path": "NAME"}})";
        const auto printWith = [&](const char *command, const char *name) {
            const Permissions found = needed(QByteArray(steps).replace("COMMAND", command).replace("NAME", name));
            return found.empty() ? std::string() : found.front().print;
        };
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("inbox")));
        struct Case
        {
            const char *command, *output, *changed;
            bool counts;
        };
        for (const Case &one : {Case{"python3 a.py", "out.jsonl", "out.jsonl", false},
                                {"python3 a.py", "out.jsonl", "in.csv", false},
                                {"python3 a.py", "out.jsonl", "inbox/new.csv", false},
                                {"python3 a.py", "out.jsonl", "p.millrace", false},
                                {"python3 a.py", "out.jsonl", "out.jsonl.partial", false},
                                {"python3 a.py", "out.jsonl", "out.jsonl.partial2", false},
                                {"python3 a.py", "out.jsonl", ".out.jsonl.abcdef.partial", false},
                                {"python3 a.py", "out.jsonl", ".out.jsonl.journal", false},
                                {"jq '.a * 2' | cat", "out.jsonl", "out.jsonl", false},
                                // What could be executed counts, whoever makes it.
                                {"python3 a.py", "out.py", "out.py", true},
                                {"python3 a.py", "Makefile", "Makefile", true},
                                {"node .", "package.json", "package.json", true},
                                {"sh out.txt", "out.txt", "out.txt", true},
                                {"sh -c 'for f in *; do sh $f; done'", "out.txt", "out.txt", true},
                                {"sh < ./out.txt", "out.txt", "out.txt", true},
                                {"python3 a.py", "out.jsonl", "inbox/new.py", true},
                                {"sh -c 'sh inbox/*'", "out.jsonl", "inbox/new.csv", true},
                                {"python3 in.csv", "out.jsonl", "in.csv", true},
                                {"sh p.millrace", "out.jsonl", "p.millrace", true},
                                {"python3 a.py", "out.jsonl", "other.millrace", true},
                                {"python3 a.py", "out.jsonl", "notes.txt", true},
                                {"python3 a.py", "out.jsonl", ".hidden", true}}) {
            write("a.py", "1");
            QFile::remove(path(one.changed));
            const std::string before = printWith(one.command, one.output);
            write(one.changed, "changed");
            QVERIFY2((printWith(one.command, one.output) != before) == one.counts, one.changed);
            QFile::remove(path(one.changed));
        }
        write("out.jsonl", "#!/bin/sh\n"); // what says that it is a script is one
        const std::string before = printWith("python3 a.py", "out.jsonl");
        write("out.jsonl", "#!/bin/sh\nrm x");
        QVERIFY(printWith("python3 a.py", "out.jsonl") != before);
    }

    void whatEarlierRunsMadeDoesNotBelongToThePrintEither()
    {
        write("a.py", "1");
        const TrustRecord record(path("data/trusted").toStdString());
        const char *command = R"({"id": "a", "type": "program", "params": {"command": "python3 a.py"}})";
        const auto print = [&] {
            return permissionsOf(pipelineOf(command), m_registry, place(), record).needed.front().print;
        };
        QVERIFY(record.addMade(place().identity(), {path("report.json").toStdString()}));
        const std::string before = print();
        write("report.json", "{}");
        QCOMPARE(print(), before);
    }

    /// `..` of jq is no folder, that of a shell is.
    void textsForFiltersNameNoFolders()
    {
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("inner")));
        const std::string inner = path("inner").toStdString();
        for (const auto &[command, counts] : {std::pair("jq -c '..|numbers'", false),
                                              {"gawk '{print 1 / 2}'", false},
                                              {"ls .. | cat", true},
                                              {"python3 -c 'import sys; sys.path.append(\\\"..\\\")'", true}}) {
            const QByteArray settings = QByteArray(R"("params": {"command": "C"})").replace("C", QByteArray(command));
            write("beside.py", "1");
            const std::string before = printOf(settings, inner);
            QVERIFY2(!before.empty(), command);
            write("beside.py", "2");
            QVERIFY2((printOf(settings, inner) != before) == counts, command);
        }
    }

    void whatIsTooMuchIsSaidAndNotRemembered()
    {
        write("a.py", "1");
        QFile large(path("model.bin"));
        QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(qint64(200) << 20)); // with a hole: no room is taken
        const Permissions found = needed(R"({"id": "a", "type": "program", "params": {"command": "python3 a.py"}})");
        QVERIFY(!found.front().isLasting);
        QCOMPARE(found.front().reason,
                 "The files that it can reach in its folders have more than 128 MiB, more than can be compared");
        const TrustRecord record(path("data/trusted").toStdString());
        QVERIFY(record.add(found, place().identity()));
        QCOMPARE(record.unknownOf(found), found);
    }

    void theRecordKnowsWhatWasAdded()
    {
        const TrustRecord record(path("data/millrace/trusted").toStdString());
        const Permissions mine = needed(R"({"id": "a", "type": "program", "params": {"command": "cat"}})");
        const Permissions both = needed(R"({"id": "b", "type": "program", "params": {"command": "tac"}},
                                           {"id": "c", "type": "program", "params": {"command": "cat"}})");
        QCOMPARE(record.unknownOf(mine), mine);
        QVERIFY(record.add(mine, "p"));
        QVERIFY(record.unknownOf(mine).empty());
        QCOMPARE(record.unknownOf(both), Permissions{both.front()});
        QVERIFY(record.add(both, "p"));
        QVERIFY(record.add(both, "p"));
        QFile file(path("data/millrace/trusted"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('\n'), 2);
        QCOMPARE(file.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther), QFileDevice::Permissions());
    }

    void theRecordSaysWhatHasChanged()
    {
        const QTemporaryDir home;
        const TrustRecord record(home.filePath(QStringLiteral("trusted")).toStdString());
        const auto found = [this](const char *command) {
            return needed(
                QByteArray(R"({"id": "a", "type": "program", "params": {"command": "C"}})").replace("C", command));
        };
        for (const char *name : {"a.py", "helper.py", "old.py"})
            write(name, "1");
        QVERIFY(record.changesOf(found("python3 a.py").front(), "p").empty());
        QVERIFY(record.add(found("python3 a.py"), "p"));
        QVERIFY(record.changesOf(found("python3 a.py").front(), "p").empty());
        write("helper.py", "2");
        write("json.py", "3");
        QFile::remove(path("old.py"));
        const std::vector<std::string> changes{"helper.py has changed", "json.py is new", "old.py is gone"};
        QCOMPARE(record.changesOf(found("python3 a.py").front(), "p"), changes);
        QCOMPARE(record.changesOf(found("python3 -u a.py").front(), "p").size(), changes.size() + 1);
        QVERIFY(record.changesOf(found("python3 a.py").front(), "another pipeline").empty());
    }

    void addingFromSeveralProgramsAtOnceLosesNothing()
    {
        const std::string placeOfRecord = path("data/trusted").toStdString();
        std::vector<Permissions> parts;
        for (int i = 0; i < 8; ++i)
            parts.push_back(needed(QByteArray(R"({"id": "a", "type": "javascript", "params": {"code": "N"}})")
                                       .replace("N", QByteArray::number(i))));
        {
            std::vector<std::jthread> threads;
            for (const Permissions &part : parts)
                threads.emplace_back([&] { (void)TrustRecord(placeOfRecord).add(part, "p"); });
        }
        for (const Permissions &part : parts)
            QVERIFY(TrustRecord(placeOfRecord).unknownOf(part).empty());
    }

    void aRecordThatCanNotBeWrittenSaysWhy()
    {
        write("file", "");
        const Permissions mine = needed(R"({"id": "a", "type": "program", "params": {"command": "cat"}})");
        const auto added = TrustRecord(path("file/trusted").toStdString()).add(mine, "p");
        QVERIFY(!added);
        QVERIFY(added.error().message.starts_with("The record of what you trust, "));
        QVERIFY(!TrustRecord(std::string()).add(mine, "p"));
    }

    void theListOfMadeFilesStaysBounded()
    {
        const TrustRecord record(path("data/trusted").toStdString());
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("data")));
        QByteArray old;
        for (int i = 0; i < 70'000; ++i)
            old += QByteArray(64, '0') + '\n';
        write("data/made", old);
        QVERIFY(record.addMade("p", {"/a"}));
        QVERIFY(record.madeBy("p").contains("/a") && !record.madeBy("q").contains("/a"));
        QVERIFY(QFile(path("data/made")).size() < old.size() / 2 + 100);
    }

    void whatIsShownHidesNothing()
    {
        QCOMPARE(shownLine("a" + std::string(60, '\n') + "rm -r"), [] {
            std::string text = "a";
            for (int i = 0; i < 60; ++i)
                text += "\\n";
            return text + "rm -r";
        }());
        QCOMPARE(shownLine("a" + std::string(5000, ' ') + "rm"), "a [5000 spaces] rm");
        QCOMPARE(shownLine("x\x1b[2J\xe2\x80\xae\xc2\x9b\xff"), "x\\u001b[2J\\u202e\\u009b\\xff");
        QCOMPARE(shownCode("a" + std::string(61, '\n') + "rm\tx\n"), "a\n[60 empty lines]\nrm\tx");
    }

private:
    QString path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    PipelinePlace place() const { return {m_folder->path().toStdString(), path("p.millrace").toStdString()}; }
    void write(const char *name, const QByteArray &content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    static Pipeline pipelineOf(const QByteArray &steps)
    {
        const auto loaded = parsePipeline((R"({"millrace": 1, "links": [], "steps": [)" + steps + "]}").toStdString());
        return loaded ? loaded->pipeline : Pipeline();
    }
    /// Of programs and scripts.
    Permissions needed(const QByteArray &steps, const std::string &folder = {}) const
    {
        const PipelinePlace where = folder.empty() ? place() : PipelinePlace{folder, folder + "/p.millrace"};
        Permissions found =
            permissionsOf(pipelineOf(steps), m_registry, where, TrustRecord(path("none/trusted").toStdString())).needed;
        std::erase_if(found, [](const Permission &one) { return one.kind != Permission::Kind::Execute; });
        return found;
    }
    std::string printOf(const QByteArray &settings, const std::string &folder = {}) const
    {
        const Permissions found = needed(R"({"id": "a", "type": "program", )" + settings + '}', folder);
        return found.size() == 1 ? found.front().print : std::string();
    }

    StepRegistry m_registry;
    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace millrace::tst_trust

QTEST_GUILESS_MAIN(millrace::tst_trust::TestTrust)
#include "tst_trust.moc"
