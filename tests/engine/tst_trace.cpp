// SPDX-License-Identifier: MIT
// What MILLRACE_TRACE asks for: a file of what each thread did when.
#include "TestPlan.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace millrace;
using namespace millrace::test;

namespace tst_trace {

class tst_trace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { qputenv("MILLRACE_TRACE", m_folder.filePath(QStringLiteral("run.json")).toUtf8()); }
    void cleanup() { qunsetenv("MILLRACE_TRACE"); }

    void eachTurnOfAStageIsAnEventOfItsThread()
    {
        runSomething();
        const QJsonArray events = eventsOf(QStringLiteral("run.json"));
        std::set<QString> stages, queues;
        double end = 0;
        for (const QJsonValue &event : events) {
            const QString kind = event[u"ph"].toString();
            if (kind == QLatin1String("X")) {
                stages.insert(event[u"name"].toString());
                QVERIFY(event[u"ts"].toDouble() >= 0 && event[u"dur"].toDouble() >= 0);
                QVERIFY(event[u"tid"].toInt() > 0);
                end = std::max(end, event[u"ts"].toDouble() + event[u"dur"].toDouble());
            } else if (kind == QLatin1String("C")) {
                queues.insert(event[u"name"].toString());
                QVERIFY(event[u"args"][u"batches"].toInt(-1) >= 0);
            }
        }
        const std::set<QString> all{QStringLiteral("source"), QStringLiteral("slow"), QStringLiteral("sink")};
        QVERIFY(stages == all);
        QVERIFY(queues.contains(QStringLiteral("queue of slow")));
        QVERIFY2(end >= 3'000, qPrintable(QString::number(end))); // microseconds: 20 batches of 150 each
    }

    void aLaterRunWritesAFileOfItsOwn()
    {
        runSomething();
        QVERIFY(QFile::exists(m_folder.filePath(QStringLiteral("run-2.json"))));
        QVERIFY(!eventsOf(QStringLiteral("run-2.json")).isEmpty());
    }

    void aFolderThatIsNotThereIsSaidInTheLog()
    {
        qputenv("MILLRACE_TRACE", m_folder.filePath(QStringLiteral("none/run.json")).toUtf8());
        const auto run = start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        bool isSaid = false;
        for (const LogRecord &record : run->log().after(0))
            isSaid |= record.message.find("(MILLRACE_TRACE) can't be written") != std::string::npos;
        QVERIFY(isSaid);
    }

    void nobodyIsTracedUnasked()
    {
        qunsetenv("MILLRACE_TRACE");
        const size_t before = size_t(QDir(m_folder.path()).entryList(QDir::Files).size());
        runSomething();
        QCOMPARE(size_t(QDir(m_folder.path()).entryList(QDir::Files).size()), before);
    }

private:
    static std::unique_ptr<Run> start()
    {
        Plan plan;
        plan.source(20, 1);
        plan.add("slow", StepKind::Transform, [](int) { return new AffineStep(1, 0, {.sleepOneIn = 1}); });
        plan.sink();
        plan.chain();
        return plan.start();
    }
    static void runSomething()
    {
        const auto run = start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
    }
    QJsonArray eventsOf(const QString &name) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        return QJsonDocument::fromJson(file.readAll())[QStringLiteral("traceEvents")].toArray();
    }

    QTemporaryDir m_folder;
};

} // namespace tst_trace

QTEST_GUILESS_MAIN(tst_trace::tst_trace)
#include "tst_trace.moc"
