// SPDX-License-Identifier: MIT
#include "steps/StepRunner.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

#include <csignal>
#include <filesystem>
#include <unistd.h>

using namespace millrace;
namespace tst_program {

using test::batchOf;
using test::jsonOf;

namespace {

/// A program step at work on batches, with the log that it writes.
class Program
{
public:
    explicit Program(const std::string &params, const std::string &folder = {}) : m_step(test::make("program", params))
    {
        StepContext context;
        context.stepId = "script";
        context.folder = folder;
        context.log = &log;
        opened = m_step->open(context);
    }
    ~Program() { close(); }

    /// The items that come out, one a line, or what went wrong.
    std::string process(const std::string &dataInputs)
    {
        batch = batchOf(dataInputs);
        const auto done = m_step->process(*batch);
        return done ? jsonOf(*batch) : done.error().kind + ": " + done.error().message;
    }
    void close()
    {
        if (m_step)
            m_step->close();
        m_step.reset();
    }
    bool says(const std::string &text) const
    {
        for (const LogRecord &record : log.after(0))
            if (record.message.find(text) != std::string::npos)
                return true;
        return false;
    }

    RunLog log;
    Result<> opened;
    std::unique_ptr<Batch> batch;

private:
    std::unique_ptr<Step> m_step;
};

std::string lines(const std::string &command, const std::string &more = R"("timeLimit": 5)")
{
    return R"({"protocol": "lines", "command": )" + toJson(Value(command)) + ", " + more + "}";
}

/// A step whose Python file is this text, with the module millrace.
class PythonProgram
{
public:
    explicit PythonProgram(const std::string &text, const std::string &more = R"("timeLimit": 5)")
    {
        m_folder.write("code.py", text);
        const std::string modules = MILLRACE_SOURCE_DIR "/resources/python";
        program.emplace("{\"command\": [\"python3\", \"code.py\"], \"environment\": {\"PYTHONPATH\": "
                            + toJson(Value(modules)) + "}, " + more + "}",
                        m_folder.path());
    }
    std::string process(const std::string &dataInputs) { return program->process(dataInputs); }

    std::optional<Program> program;

private:
    test::Folder m_folder;
};

bool isAlive(pid_t id)
{
    std::error_code error;
    return std::filesystem::exists("/proc/" + std::to_string(id) + "/cmdline", error) && ::kill(id, 0) == 0;
}

} // namespace

/// Programs in other languages as steps, with real ones.
class TestProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesThroughOthersPrograms_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("result");
        QTest::newRow("jq") << "jq -c '{value: (.value * 2)}'"
                            << "{\"value\":2}\n{\"value\":4}\n";
        QTest::newRow("jq: none and several") << "jq -c 'if .value == 1 then null else [{a: 1}, {a: .value}] end'"
                                              << "{\"a\":1}\n{\"a\":2}\n";
        QTest::newRow("sed") << "sed -u 's/value/number/'"
                             << "{\"number\":1}\n{\"number\":2}\n";
        QTest::newRow("gawk") << "gawk -F'[:}]' '{print \"{\\\"value\\\":\" $2 * 10 \"}\"; fflush()}'"
                              << "{\"value\":10}\n{\"value\":20}\n";
        QTest::newRow("shell") << "cat | sed -u s/1/3/"
                               << "{\"value\":3}\n{\"value\":2}\n";
    }
    void linesThroughOthersPrograms()
    {
        QFETCH(QString, command);
        QFETCH(QString, result);
        Program program(lines(command.toStdString()));
        QVERIFY2(program.opened, program.opened ? "" : program.opened.error().message.c_str());
        COMPARE_TEXT(program.process("[1, 2]"), result.toStdString());
        COMPARE_TEXT(program.process("[1, 2]"), result.toStdString());
    }
    void pythonFunctionsReturnItemsListsAndNone()
    {
        PythonProgram python("import millrace\n"
                             "calls = 0\n"
                             "@millrace.step\n"
                             "def transform(item):\n"
                             "    global calls\n"
                             "    calls += 1\n"
                             "    print('seen', item['value'])\n"
                             "    if item['value'] == 2: return None\n"
                             "    if item['value'] == 3: return [{'value': 3}, {'value': calls}]\n"
                             "    return item\n");
        QVERIFY2(python.program->opened, "");
        COMPARE_TEXT(python.process("[1, 2, 3, 2.5]"),
                     "{\"value\":1}\n{\"value\":3}\n{\"value\":3}\n{\"value\":2.5}\n");
        QVERIFY(python.program->batch->errors().empty());
        python.program->close();
        QVERIFY(python.program->says("seen 3"));
    }
    /// Before the decorator, and by programs that the function starts, too.
    void whateverElsePythonPrintsIsForTheLog()
    {
        PythonProgram python("import millrace, os\n"
                             "os.system('echo started at the start')\n"
                             "print('printed at the start', flush=True)\n"
                             "millrace.log('logged at the start')\n"
                             "@millrace.step\n"
                             "def transform(item):\n"
                             "    os.system('echo started for ' + str(item['value']))\n"
                             "    os.write(1, b'written\\n')\n"
                             "    return item\n");
        QVERIFY2(python.program->opened, python.program->opened ? "" : python.program->opened.error().message.c_str());
        COMPARE_TEXT(python.process("[1, 2]"), "{\"value\":1}\n{\"value\":2}\n");
        python.program->close();
        for (const char *line :
             {"printed at the start", "logged at the start", "started at the start", "started for 2", "written"})
            QVERIFY2(python.program->says(line), line);
    }
    void whyAProgramDoesNotStartIsInItsOwnWords()
    {
        PythonProgram broken("import millrace\nthis is wrong, too:\n");
        QVERIFY(!broken.program->opened);
        const std::string &said = broken.program->opened.error().message;
        QVERIFY2(said.ends_with(": SyntaxError: invalid syntax."), said.c_str());
        PythonProgram other("print('Hello', flush=True)\ninput()\ninput()\n");
        QVERIFY(!other.program->opened);
        QVERIFY(other.program->opened.error().message.find("It has to answer the line") != std::string::npos);
    }
    void whatPythonRaisesIsTheErrorOfItsItem()
    {
        PythonProgram python("import millrace\n"
                             "@millrace.step\n"
                             "def transform(item):\n"
                             "    return {'half': 6 / item['value']}\n");
        COMPARE_TEXT(python.process("[1, 0, 3]"), "{\"half\":6}\n{\"half\":2}\n");
        const auto &errors = python.program->batch->errors();
        QCOMPARE(errors.size(), size_t(1));
        QCOMPARE(errors[0].row, uint32_t(1));
        QCOMPARE(errors[0].kind, std::string("ZeroDivisionError"));
        QCOMPARE(errors[0].message, std::string("division by zero"));
        QVERIFY(errors[0].trace.find("line 4") != std::string::npos);
    }
    /// The item is lost, and the next one finds a fresh program.
    void whatGoesWrongCostsNoMoreThanItsBatch_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("message");
        QTest::newRow("garbage") << "sys.stdout.write('garbage\\n')"
                                 << "protocol: The program answered what isn't understood: \"garbage\".";
        QTest::newRow("too few") << "sys.stdout.write('{\"id\": %d, \"results\": []}\\n' % m['id'])"
                                 << "protocol: The program answered 0 results for 1 items; every item needs one.";
        QTest::newRow("another id")
            << "sys.stdout.write('{\"id\": 77, \"results\": []}\\n')"
            << "protocol: The program answered batch 77 where 2 was asked; each must be answered "
               "once.";
        QTest::newRow("output closed")
            << "os.close(1); time.sleep(60)"
            << "crash: The program closed its output although an answer was due, and was ended.";
        QTest::newRow("exit") << "sys.stderr.write('no more\\n'); os._exit(3)"
                              << "crash: The program ended with status 3: no more.";
        QTest::newRow("kill") << "os.kill(os.getpid(), 9)"
                              << "crash: The program was killed by signal 9 (SIGKILL).";
        QTest::newRow("hang")
            << "time.sleep(60)"
            << "timeout: The program took longer than the time limit of 0.5 seconds an item; it was ended.";
        QTest::newRow("hang, deaf")
            << "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
            << "timeout: The program took longer than the time limit of 0.5 seconds an item; it was "
               "ended.";
    }
    void whatGoesWrongCostsNoMoreThanItsBatch()
    {
        QFETCH(QString, answer);
        QFETCH(QString, message);
        PythonProgram python(
            "import json, os, signal, sys, time\n"
            "for line in sys.stdin:\n"
            "    m = json.loads(line)\n"
            "    if m['op'] == 'init': sys.stdout.write('{\"op\": \"ready\"}\\n')\n"
            "    elif m['op'] == 'batch' and m['items'][0]['value'] == 13: "
                + answer.toStdString()
                + "\n"
                  "    elif m['op'] == 'batch': sys.stdout.write(json.dumps({'id': m['id'], 'results': "
                  "[{'ok': i} for i in m['items']]}) + '\\n')\n"
                  "    sys.stdout.flush()\n",
            R"("timeLimit": 0.5)");
        COMPARE_TEXT(python.process("[1]"), "{\"value\":1}\n");
        COMPARE_TEXT(python.process("[13]"), message.toStdString());
        COMPARE_TEXT(python.process("[2]"), "{\"value\":2}\n");
        QVERIFY(python.program->says("Another one is started."));
    }
    void aFunctionThatHangsIsFoundOutInTheTimeOfAnItemNotOfItsBatch()
    {
        // Thirty items that take less than the limit each, but more together; then one of them takes for ever.
        PythonProgram python("import millrace, time\n"
                             "@millrace.step\n"
                             "def transform(item):\n"
                             "    time.sleep(3600 if item['value'] == 13 else 0.06)\n"
                             "    return item\n",
                             R"("timeLimit": 1.5)");
        std::string good, bad;
        for (int i = 0; i < 30; ++i) {
            good += (i == 0 ? "" : ", ") + std::to_string(i + 100);
            bad += (i == 0 ? "" : ", ") + std::to_string(i);
        }
        QCOMPARE(std::ranges::count(python.process('[' + good + ']'), '\n'), 30);
        QElapsedTimer time;
        time.start();
        const std::string said = python.process('[' + bad + ']');
        QVERIFY2(said.starts_with("timeout: The program took longer than the time limit of 1.5 seconds"), said.c_str());
        QVERIFY2(time.elapsed() < 30'000, "30 times the limit of an item is 45 seconds");
    }
    void talkingDoesNotPutOffTheTimeLimit_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<bool>("promisesHeartbeats");
        QTest::newRow("log lines") << R"({"op":"log","level":"info","message":"m"})" << false;
        QTest::newRow("log lines beside heartbeats") << R"({"op":"log","level":"info","message":"m"})" << true;
        QTest::newRow("heartbeats") << R"({"op":"heartbeat"})" << false;
        QTest::newRow("heartbeats, as promised") << R"({"op":"heartbeat"})" << true;
    }
    void talkingDoesNotPutOffTheTimeLimit()
    {
        QFETCH(QString, said);
        QFETCH(bool, promisesHeartbeats);
        PythonProgram python("import json, sys\n"
                             "for line in sys.stdin:\n"
                             "    if json.loads(line)['op'] == 'init':\n"
                             "        print('{\"op\":\"ready\""
                                 + std::string(promisesHeartbeats ? ",\"heartbeats\":true" : "")
                                 + "}', flush=True)\n"
                                   "    while json.loads(line)['op'] == 'batch':\n"
                                   "        print('"
                                 + said.toStdString() + "')\n",
                             R"("timeLimit": 0.1)");
        QVERIFY(python.program->opened);
        const std::string failed = python.process("[1]");
        QVERIFY2(failed.starts_with("timeout: The program took longer than the time limit of 0.1 seconds"),
                 failed.c_str());
        python.program->close();
        QVERIFY(python.program->log.after(0).size() < 20'000);
    }
    void heartbeatsStillGiveALongItemMoreTime()
    {
        PythonProgram python("import millrace, time\n"
                             "@millrace.step\n"
                             "def transform(item):\n"
                             "    for _ in range(4):\n"
                             "        time.sleep(0.3)\n"
                             "        millrace.heartbeat()\n"
                             "    return item\n",
                             R"("timeLimit": 0.6)");
        COMPARE_TEXT(python.process("[1]"), "{\"value\":1}\n");
    }
    void whatAProgramLogsIsBoundedInLinesAndBytes()
    {
        PythonProgram python("import json, sys\n"
                             "for line in sys.stdin:\n"
                             "    m = json.loads(line)\n"
                             "    if m['op'] == 'init': print('{\"op\":\"ready\"}', flush=True)\n"
                             "    if m['op'] == 'batch':\n"
                             "        print(json.dumps({'op': 'log', 'message': 'long' + 'x' * 100000}))\n"
                             "        for i in range(100000): print('{\"op\":\"log\",\"message\":\"m\"}')\n"
                             "        print(json.dumps({'id': m['id'], 'results': [{'ok': 1}]}), flush=True)\n",
                             R"("timeLimit": 60)");
        COMPARE_TEXT(python.process("[1]"), "{\"value\":1}\n");
        python.program->close();
        const auto records = python.program->log.after(0);
        QVERIFY2(records.size() < 50'000, std::to_string(records.size()).c_str());
        QVERIFY(python.program->says("lines were left out of the log"));
        for (const LogRecord &record : records)
            QVERIFY(record.message.size() < 5'000);
    }
    void aLineWithoutEndIsGivenUp()
    {
        Program program(
            lines("python3 -c \"import sys\nfor l in sys.stdin:\n while True: sys.stdout.write('x' * 1000000)\"",
                  R"("timeLimit": 60)"));
        const std::string failed = program.process("[1]");
        QVERIFY2(failed.find("wrote a line of more than 64 MiB") != std::string::npos, failed.c_str());
    }
    void whatJsonHasNoWordForIsAnErrorOfItsItem()
    {
        PythonProgram python("import datetime\n"
                             "import millrace\n"
                             "@millrace.step\n"
                             "def transform(item):\n"
                             "    if item['value'] == 4: return {'value': {1, 2}}\n"
                             "    if item['value'] == 5: return {'value': datetime.date(2024, 5, 1)}\n"
                             "    if item['value'] == 2: return {'value': float('nan'), 'more': [float('inf'), 1.5]}\n"
                             "    if item['value'] == 3: return {'value': {(1, 2): 3}}\n"
                             "    return item\n");
        COMPARE_TEXT(python.process("[2, 3, 4, 5, 6]"), "{\"value\":\"2024-05-01\"}\n{\"value\":6}\n");
        const auto &errors = python.program->batch->errors();
        QCOMPARE(errors.size(), size_t(3));
        for (size_t i = 0; i < errors.size(); ++i) {
            QCOMPARE(errors[i].row, uint32_t(i));
            QVERIFY2(errors[i].message.starts_with("The result isn't JSON"), errors[i].message.c_str());
        }
        QVERIFY2(errors[2].message.find("of the type set") != std::string::npos, errors[2].message.c_str());
    }
    void aProgramThatAnswersTwiceIsFoundOutAtItsFirstItem()
    {
        Program program(lines("sed -u p"));
        const std::string said = program.process("[1, 2]");
        QVERIFY2(said.starts_with("protocol: The program answered more than one line for an item"), said.c_str());
    }
    void aProgramThatKeepsFailingIsGivenUp()
    {
        Program program(lines("false"));
        std::string said;
        for (int i = 0; i < 12; ++i)
            said = program.process("[1]");
        QVERIFY2(said.find("it isn't started any more") != std::string::npos, said.c_str());
    }
    void whatItHasStartedEndsWithIt()
    {
        Program program(lines("sh -c 'sleep 300 & echo \"{\\\"value\\\": $!}\"; cat >/dev/null'"));
        QVERIFY(program.process("[1]").starts_with("{\"value\":"));
        const pid_t started = pid_t(program.batch->item(0).toObject()[0].second.toInteger());
        QVERIFY(isAlive(started));
        program.close();
        QTRY_VERIFY(!isAlive(started));
    }
    void whatHasLeftItsGroupEndsWithItToo()
    {
        // One in a session of its own, and one whose parent has ended as well.
        Program program(lines("sh -c 'setsid sleep 300 & a=$!; sleep 0; "
                              "setsid sh -c \"sleep 300 & echo \\$! > second\" <&- ; "
                              "read -r b < second; echo \"[$a,$b]\"; cat >/dev/null'",
                              "\"timeLimit\": 20"),
                        m_folder.path());
        const std::string said = program.process("[1]");
        QVERIFY2(said.starts_with("{\"value\":"), said.c_str());
        std::vector<pid_t> started;
        for (size_t row = 0; row < 2; ++row)
            started.push_back(pid_t(program.batch->item(row).toObject()[0].second.toInteger()));
        for (const pid_t id : started)
            QVERIFY(isAlive(id));
        program.close();
        for (const pid_t id : started)
            QTRY_VERIFY(!isAlive(id));
    }
    void environmentAndWorkingDirectoryAreItsOwn()
    {
        const test::Folder folder;
        std::filesystem::create_directory(folder.path("inner"));
        const std::string command =
            "while read line; do echo \"[{\\\"a\\\":\\\"$GREETING\\\"},{\\\"a\\\":\\\"${PWD##*/}\\\"}]\"; done";
        Program program(lines(command, "\"folder\": \"inner\", \"environment\": {\"GREETING\": \"hello\"}"),
                        folder.path());
        COMPARE_TEXT(program.process("[1]"), "{\"a\":\"hello\"}\n{\"a\":\"inner\"}\n");
    }
    void aListIsShownAsOneWouldTypeIt()
    {
        QCOMPARE(test::make("program", R"({"command": ["python3", "prices.py"]})")->summary(),
                 std::string("python3 prices.py"));
        QCOMPARE(test::make("program", R"({"command": "jq -c .a"})")->summary(), std::string("jq -c .a"));
    }
    void aProgramThatIsNotThereIsSaidBeforeARun()
    {
        const auto step = test::make("program", R"({"command": "no-such-program -x"})");
        std::vector<StepProblem> problems;
        step->check({}, problems);
        QCOMPARE(problems.size(), size_t(1));
        QVERIFY(problems[0].text.find("no-such-program") != std::string::npos);
        Program program(R"({"command": "no-such-program -x"})");
        QVERIFY(!program.opened);
        Program silent(R"({"command": "sleep 60", "startTimeLimit": 0.2})");
        QVERIFY(!silent.opened);
        QVERIFY(silent.opened.error().message.find("start time limit of 0.2 seconds") != std::string::npos);
    }
    void whatCanNotBeStartedIsSaidBeforeARun_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("a folder that isn't there") << QByteArray(R"({"command": "cat", "folder": "/no/such/folder"})")
                                                   << QByteArray("\"/no/such/folder\" doesn't");
        QTest::newRow("a folder as the program")
            << QByteArray(R"({"command": "/usr"})") << QByteArray("\"/usr\" isn't there");
        QTest::newRow("a variable that has no name") << QByteArray(R"({"command": "cat", "environment": {"A=B": "c"}})")
                                                     << QByteArray("can't be called \"A=B\"");
    }
    void whatCanNotBeStartedIsSaidBeforeARun()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, said);
        const auto step = test::make("program", params.toStdString());
        std::vector<StepProblem> problems;
        step->check({}, problems);
        QCOMPARE(problems.size(), size_t(1));
        QVERIFY2(QByteArray::fromStdString(problems[0].text).contains(said), problems[0].text.c_str());
        Program program(params.toStdString());
        QVERIFY(!program.opened);
        QCOMPARE(program.opened.error().message, problems[0].text);
    }
    void whatCameThroughUnchangedKeepsItsType()
    {
        Program program(lines("cat"));
        const std::string big = "[9007199254740993, 2]";
        COMPARE_TEXT(program.process(big), "{\"value\":9007199254740993}\n{\"value\":2}\n");
    }

private:
    const test::Folder m_folder{};
};

} // namespace tst_program

QTEST_GUILESS_MAIN(tst_program::TestProgram)
#include "tst_program.moc"
