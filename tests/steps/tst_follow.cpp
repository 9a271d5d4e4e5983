// SPDX-License-Identifier: MIT
// The endless sources: lines that come to a file, files that come to a folder.
#include "process/Event.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

using namespace millrace;
using namespace millrace::test;
namespace tst_follow {

namespace fs = std::filesystem;

namespace {

/// A source that somebody takes batches from, one after the other.
class Following
{
public:
    Following(const char *type, const std::string &params, const Folder &folder)
        : m_step(make(type, params)), m_source(static_cast<Source *>(m_step.get()))
    {
        m_context.stepId = "src";
        m_context.folder = folder.path();
        m_context.stopFd = m_stop.number();
        if (auto opened = m_source->open(m_context); !opened)
            failure = opened.error().message;
    }
    ~Following() { end(); }

    /// The next batch's values of a field, one a line; "end" where there is none.
    std::string next(size_t items = 100, size_t field = 0)
    {
        Batch batch;
        const auto fetched = m_source->fetch(batch, items);
        if (!fetched)
            return "error: " + fetched.error().message;
        if (!*fetched)
            return "end";
        std::string text;
        for (size_t row = 0; row < batch.size(); ++row)
            text += toPlain(batch.column(field).value(row)) + '\n';
        return text;
    }
    /// The run is stopped: the last batch was handed on.
    std::string stop()
    {
        m_stop.set();
        const std::string last = next();
        end();
        return last;
    }
    void requestStop() { m_stop.set(); }
    /// As after a crash: nothing is told any more.
    void crash() { m_isOpen = false; }

    std::string failure;

private:
    void end()
    {
        if (std::exchange(m_isOpen, false))
            m_source->close();
    }

    Event m_stop;
    StepContext m_context;
    std::unique_ptr<Step> m_step;
    Source *m_source;
    bool m_isOpen = true;
};

void append(const std::string &path, const std::string &text)
{
    std::ofstream(path, std::ios::app | std::ios::binary) << text;
}

std::string tail(const std::string &more = {})
{
    return R"({"path": "log", "maxWait": 0)" + (more.empty() ? "" : ", " + more) + '}';
}

std::string watch(const std::string &more = {})
{
    return R"({"path": "in", "maxWait": 0, "settle": 0)" + (more.empty() ? "" : ", " + more) + '}';
}

double processorSeconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

} // namespace

class FollowTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Folder> m_folder;
    std::string log() const { return m_folder->path("log"); }
    std::string in(const std::string &name) const { return m_folder->path("in/" + name); }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<Folder>();
        fs::create_directory(m_folder->path("in"));
    }

    void linesThatComeAreItems()
    {
        append(log(), "old\nbegun");
        Following source("read.tail", tail(), *m_folder);
        COMPARE_TEXT(source.failure, "");
        append(log(), "x\r\none\ntwo\nhalf");
        COMPARE_TEXT(source.next(), "x\none\ntwo\n"); // from the end, which was within a line
        std::thread writer([this] { append(log(), " a line\n"); });
        COMPARE_TEXT(source.next(), "half a line\n");
        writer.join();
        append(log(), "1\n2\n3\n");
        COMPARE_TEXT(source.next(2), "1\n2\n");
        COMPARE_TEXT(source.next(2), "3\n");
    }
    void fromTheStartAllIsRead()
    {
        append(log(), "one\ntwo \xff\n");
        Following source("read.tail", tail(R"("from": "start")"), *m_folder);
        COMPARE_TEXT(source.next(), "one\ntwo \xEF\xBF\xBD\n");
    }
    void aLineWaitsForOthersAsLongAsItMay()
    {
        append(log(), "1\n");
        Following source("read.tail", R"({"path": "log", "from": "start", "maxWait": 3600})", *m_folder);
        std::thread writer([this] { append(log(), "2\n3\n"); });
        COMPARE_TEXT(source.next(3), "1\n2\n3\n");
        writer.join();
    }
    void aFileThatComesLaterIsRead()
    {
        Following source("read.tail", tail(), *m_folder);
        std::thread writer([this] { append(log(), "first\n"); });
        COMPARE_TEXT(source.next(), "first\n");
        writer.join();
    }
    void aNewFileInItsPlaceIsReadAfterTheOldOne()
    {
        append(log(), "");
        Following source("read.tail", tail(), *m_folder);
        append(log(), "1\n");
        COMPARE_TEXT(source.next(), "1\n");
        append(log(), "2\nno end");
        fs::rename(log(), m_folder->path("log.1"));
        append(log(), "3\n");
        COMPARE_TEXT(source.next(1), "2\n");
        COMPARE_TEXT(source.next(1), "no end\n");
        COMPARE_TEXT(source.next(1), "3\n");
    }
    void aFileThatIsCutIsReadAnew()
    {
        append(log(), "a long line that was there\n");
        Following source("read.tail", tail(), *m_folder);
        append(log(), "1\n");
        COMPARE_TEXT(source.next(), "1\n");
        fs::resize_file(log(), 0);
        append(log(), "2\n");
        COMPARE_TEXT(source.next(), "2\n");
    }
    void theNextRunGoesOnBehindWhatWasHandedOn()
    {
        append(log(), "1\n2\n");
        {
            Following source("read.tail", tail(R"("from": "start")"), *m_folder);
            COMPARE_TEXT(source.next(1), "1\n");
            COMPARE_TEXT(source.stop(), "2\n"); // it was at hand already
        }
        append(log(), "3\n");
        {
            Following source("read.tail", tail(R"("from": "start")"), *m_folder);
            COMPARE_TEXT(source.next(1), "3\n");
            source.crash(); // before anybody said that it was handed on
        }
        {
            Following source("read.tail", tail(R"("from": "start")"), *m_folder);
            COMPARE_TEXT(source.next(1), "3\n");
            COMPARE_TEXT(source.stop(), "end");
        }
        append(log(), "4\n");
        fs::rename(log(), m_folder->path("log.1"));
        append(log(), "5\n");
        Following source("read.tail", tail(R"("from": "start")"), *m_folder);
        COMPARE_TEXT(source.next(1), "4\n");
        COMPARE_TEXT(source.next(1), "5\n");
    }
    void whatCameBetweenTwoRunsIsReadEvenIfTheFirstGaveNothing()
    {
        append(log(), "old\n");
        {
            Following source("read.tail", tail(), *m_folder);
            COMPARE_TEXT(source.stop(), "end");
        }
        append(log(), "new\n");
        Following source("read.tail", tail(), *m_folder);
        COMPARE_TEXT(source.next(), "new\n");
    }
    void nothingIsRememberedWhereThatIsntWanted()
    {
        append(log(), "1\n");
        for (int i = 0; i < 2; ++i) {
            Following source("read.tail", tail(R"("from": "start", "remember": false)"), *m_folder);
            COMPARE_TEXT(source.next(), "1\n");
            COMPARE_TEXT(source.stop(), "end");
        }
        QCOMPARE(m_folder->names().size(), size_t(2)); // in, log
    }
    /// And uses no processor meanwhile.
    void aStopEndsTheWait_data()
    {
        QTest::addColumn<QString>("type");
        QTest::newRow("read.tail") << QStringLiteral("read.tail");
        QTest::newRow("watch.folder") << QStringLiteral("watch.folder");
    }
    void aStopEndsTheWait()
    {
        QFETCH(QString, type);
        append(log(), "");
        const bool isTail = type == QStringLiteral("read.tail");
        Following source(isTail ? "read.tail" : "watch.folder", isTail ? tail() : watch(), *m_folder);
        double used = 1;
        std::string ended;
        std::thread reader([&] {
            const double before = processorSeconds();
            ended = source.next();
            used = processorSeconds() - before;
        });
        QTest::qWait(500); // of which it uses none
        source.requestStop();
        reader.join();
        COMPARE_TEXT(ended, "end");
        QVERIFY2(used < 0.05, qPrintable(QString::number(used)));
    }

    void filesThatComeAreItems()
    {
        m_folder->write("in/old", "0");
        Following source("watch.folder", watch(R"("pattern": "*.txt", "content": "text")"), *m_folder);
        COMPARE_TEXT(source.failure, "");
        std::thread writer([this] {
            m_folder->write("in/.hidden.txt", "");
            m_folder->write("in/other.csv", "");
            fs::create_directory(in("folder.txt"));
            m_folder->write("in/a.part", "one");
            fs::rename(in("a.part"), in("a.txt"));
        });
        COMPARE_TEXT(source.next(100, 4), "one\n");
        writer.join();
        append(in("a.txt"), "more");
        COMPARE_TEXT(source.next(100, 4), "onemore\n");
        fs::remove(in("a.txt"));
        m_folder->write("in/a.part", "one");
        fs::rename(in("a.part"), in("a.txt"));
        COMPARE_TEXT(source.next(100, 1), "a.txt\n");
    }
    void aFileIsGivenOnceItHasSettled()
    {
        Following source("watch.folder", R"({"path": "in", "settle": 0.3, "maxWait": 0})", *m_folder);
        std::thread writer([this] {
            for (int i = 0; i < 5; ++i) {
                append(in("a"), "x");
                std::this_thread::sleep_for(std::chrono::milliseconds(100)); // somebody who writes slowly
            }
        });
        const std::string size = source.next(100, 2);
        writer.join();
        COMPARE_TEXT(size, "5\n");
    }
    void theNextRunGivesWhatIsNew()
    {
        m_folder->write("in/a", "1");
        m_folder->write("in/b", "2");
        {
            Following source("watch.folder", watch(R"("from": "start")"), *m_folder);
            COMPARE_TEXT(source.next(1, 1), "a\n");
            COMPARE_TEXT(source.next(1, 1), "b\n"); // a was handed on
            source.crash();
        }
        m_folder->write("in/c", "3");
        {
            Following source("watch.folder", watch(R"("from": "start")"), *m_folder);
            COMPARE_TEXT(source.next(1, 1), "b\n");
            COMPARE_TEXT(source.next(1, 1), "c\n");
            COMPARE_TEXT(source.stop(), "end");
        }
        Following source("watch.folder", watch(R"("from": "start")"), *m_folder);
        COMPARE_TEXT(source.stop(), "end");
    }
    void whatWasHandedOnIsMovedOrDeleted()
    {
        m_folder->write("in/a", "1");
        m_folder->write("in/b", "2");
        {
            Following source("watch.folder", watch(R"("from": "start", "content": "text", "after": "move")"),
                             *m_folder);
            COMPARE_TEXT(source.next(1, 4), "1\n");
            QVERIFY(fs::exists(in("a"))); // not before
            COMPARE_TEXT(source.next(1, 4), "2\n");
            QVERIFY(!fs::exists(in("a")) && fs::exists(in("b")));
            COMPARE_TEXT(m_folder->read("in/done/a"), "1");
            COMPARE_TEXT(source.stop(), "end");
        }
        COMPARE_TEXT(m_folder->read("in/done/b"), "2");
        m_folder->write("in/a", "3");
        {
            Following source("watch.folder", watch(R"("content": "text", "after": "move")"), *m_folder);
            COMPARE_TEXT(source.next(1, 4), "3\n");
            COMPARE_TEXT(source.stop(), "end");
        }
        COMPARE_TEXT(m_folder->read("in/done/a.2"), "3");
        m_folder->write("in/c", "4");
        Following source("watch.folder", watch(R"("content": "text", "after": "delete")"), *m_folder);
        COMPARE_TEXT(source.next(1, 4), "4\n");
        COMPARE_TEXT(source.stop(), "end");
        QVERIFY(!fs::exists(in("c")));
    }
    void theCheckSaysWhatCannotWork()
    {
        const auto problems = [this](const char *type, const std::string &params) {
            std::vector<StepProblem> found;
            make(type, params)->check({m_folder->path(), nullptr}, found);
            std::string text;
            for (const StepProblem &problem : found)
                text += (problem.isError ? "" : "warning ") + problem.param + ": " + problem.text + '\n';
            return text;
        };
        COMPARE_TEXT(problems("read.tail", tail()), "warning path: \"log\" isn't there yet; the run waits for it.\n");
        append(log(), "");
        COMPARE_TEXT(problems("read.tail", tail()), "");
        QVERIFY(problems("read.tail", R"({"path": "none/log"})").starts_with("path: "));
        COMPARE_TEXT(problems("read.tail", R"({"path": "in"})"), "path: \"in\" is no regular file.\n");
        COMPARE_TEXT(problems("watch.folder", watch()), "");
        QVERIFY(problems("watch.folder", watch(R"("after": "delete")")).starts_with("after: "));
        QVERIFY(problems("watch.folder", watch(R"("pattern": "a/b")")).starts_with("pattern: "));
        QVERIFY(problems("watch.folder", watch(R"("after": "move", "content": "text", "moveTo": "../x")"))
                    .starts_with("moveTo: "));
        QVERIFY(problems("watch.folder", R"({"path": "none"})").starts_with("path: "));
    }
};

} // namespace tst_follow

QTEST_GUILESS_MAIN(tst_follow::FollowTest)
#include "tst_follow.moc"
