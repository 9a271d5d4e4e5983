// SPDX-License-Identifier: MIT
// `kill -9` at random moments: a process of its own edits without a rest, is killed, and what it left is looked at. As many
// times as MILLRACE_KILLS says; 30 without.
#include "document/Document.h"
#include "document/Recovery.h"
#include "ui/support/Pictures.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <random>

namespace millrace::tst_kill {

namespace {

constexpr int EditEvery = 5;                         // milliseconds
constexpr double MostLost = 1000;                    // milliseconds of edits
constexpr int ShortestLife = 20, LongestLife = 1300; // milliseconds from the first edit to the kill

double now()
{
    using namespace std::chrono;
    return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count(); // the same for all processes
}

/// Edits until it is killed, and says after each edit which it was and when.
int edit(const char *folder)
{
    StepRegistry registry;
    registerBuiltInSteps(registry);
    Document document(registry);
    Recovery recovery(document, QString::fromUtf8(folder), nullptr);
    int number = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] {
        ++number;
        document.edit({}, {}, [&](Pipeline &pipeline) {
            PipelineStep step;
            step.id = "s" + std::to_string(number);
            step.type = "identity";
            pipeline.steps.push_back(step);
            pipeline.name = std::to_string(number);
        });
        std::printf("%d %.3f\n", number, now());
        std::fflush(stdout);
    });
    timer.start(EditEvery);
    return QCoreApplication::exec();
}

struct Edited
{
    int number;
    double at;
};

std::vector<Edited> parse(const QByteArray &told)
{
    std::vector<Edited> edits;
    for (const QByteArray &line : told.split('\n'))
        if (const QByteArrayList words = line.split(' '); words.size() == 2)
            edits.push_back({words[0].toInt(), words[1].toDouble()});
    return edits;
}

} // namespace

class TestKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKillLosesAtMostTheLastSecondOfEdits()
    {
        const int asked = qEnvironmentVariableIntValue("MILLRACE_KILLS"), kills = asked > 0 ? asked : 30;
        std::mt19937 random(20261124);
        std::uniform_int_distribution<int> life(ShortestLife, LongestLife);
        double mostLost = 0;
        int withWork = 0;
        for (int kill = 0; kill < kills; ++kill) {
            QTemporaryDir folder;
            const auto edits = killAfter(life(random), folder.path());
            const double killed = now();
            const auto found = findUnsavedWork(folder.path());
            QVERIFY(found.size() <= 1);
            const int kept = found.empty() ? 0 : QByteArray::fromStdString(found[0].work.pipeline.name).toInt();
            if (!found.empty()) {
                ++withWork;
                // Whole, not a part.
                QCOMPARE(found[0].work.pipeline.steps.size(), size_t(kept));
                QCOMPARE(found[0].work.edits, kept);
            }
            const auto lost = std::ranges::find_if(edits, [&](const Edited &one) { return one.number > kept; });
            if (lost == edits.end())
                continue;
            // A machine that stood still meanwhile edited nothing either.
            double stall = 0;
            for (size_t i = 1; i < edits.size(); ++i)
                stall = std::max(stall, edits[i].at - edits[i - 1].at);
            const double age = edits.back().at - lost->at;
            mostLost = std::max(mostLost, age);
            QVERIFY2(age <= MostLost + 2 * stall,
                     qPrintable(QStringLiteral("kill %1: edit %2 was %3 ms old and not kept (%4 ms to the end)")
                                    .arg(kill)
                                    .arg(lost->number)
                                    .arg(age)
                                    .arg(killed - edits.back().at)));
        }
        QVERIFY(withWork > kills / 2);
        qInfo("%d kills: at most the last %.0f ms of edits were lost", kills, mostLost);
    }

private:
    /// What the process said until it was killed.
    static std::vector<Edited> killAfter(int milliseconds, const QString &folder)
    {
        QProcess process;
        QByteArray told;
        process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--edit"), folder});
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!(told += process.readAllStandardOutput()).isEmpty(), 60'000); }();
        QTimer::singleShot(milliseconds, &process, &QProcess::kill); // SIGKILL
        [&] { QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 60'000); }();
        return parse(told + process.readAllStandardOutput());
    }
};

} // namespace millrace::tst_kill

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc == 3 && std::strcmp(argv[1], "--edit") == 0)
        return millrace::tst_kill::edit(argv[2]);
    millrace::tst_kill::TestKill test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_kill.moc"
