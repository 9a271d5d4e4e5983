// SPDX-License-Identifier: MIT
// Fitting from the window: steps learn, what they have learnt is kept beside the file, and runs use it.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "editing/CanvasEditor.h"
#include "learning/Fit.h"
#include "learning/FittedFolder.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "pipeline/PipelineFile.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/MessageBar.h"
#include "window/runs/RunCommands.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>

namespace millrace::tst_windowfit {

namespace {

constexpr int Patience = 60'000; // milliseconds

constexpr char Endless[] = R"({"millrace": 1, "batching": {"size": 10}, "steps": [
    {"id": "numbers", "type": "generate", "params": {"count": 100000000}},
    {"id": "slow", "type": "delay", "params": {"milliseconds": 2}},
    {"id": "scale", "type": "scale.standard", "params": {"fields": ["value"]}},
    {"id": "nowhere", "type": "discard"}],
    "links": [{"from": "numbers", "to": "slow"}, {"from": "slow", "to": "scale"}, {"from": "scale", "to": "nowhere"}]})";

constexpr char Twice[] = R"({"millrace": 1, "batching": {"size": 10}, "steps": [
    {"id": "numbers", "type": "generate", "params": {"count": 50}},
    {"id": "fails", "type": "fail", "params": {"expression": "value % 10 == 3", "message": "no threes"}, "onError": "skip"},
    {"id": "first", "type": "scale.standard", "params": {"fields": ["value"]}},
    {"id": "second", "type": "scale.standard", "params": {"fields": ["value"]}},
    {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
    "links": [{"from": "numbers", "to": "fails"}, {"from": "fails", "to": "first"},
              {"from": "first", "to": "second"}, {"from": "second", "to": "out"}]})";

/// Two workers may add up in another order each time: numbers are as good as equal.
bool isAsGoodAs(const Value &left, const Value &right)
{
    if (left.isReal() && right.isReal())
        return std::abs(left.toReal() - right.toReal()) <= 1e-9 * std::max(1.0, std::abs(right.toReal()));
    if (left.isList() && right.isList())
        return std::ranges::equal(left.toList(), right.toList(), isAsGoodAs);
    if (left.isObject() && right.isObject())
        return std::ranges::equal(left.toObject(), right.toObject(), [](const auto &one, const auto &other) {
            return one.first == other.first && isAsGoodAs(one.second, other.second);
        });
    return left == right;
}

} // namespace

class TestWindowFit : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
    }

    void cleanup()
    {
        m_window.reset();
        m_folder.reset();
    }

    void whatLearnsIsFittedAndThenRun()
    {
        openExample();
        // A run says what is missing, and offers it.
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(said().contains(QLatin1String("learns from data")), Patience);
        QVERIFY(!m_window->bridge().isUnderWay());
        QVERIFY(!QFile::exists(path("out-features.csv")));
        savePicture(*m_window, QStringLiteral("window-fit-offered"));
        answer(QStringLiteral("Fit"));
        QTRY_VERIFY_WITH_TIMEOUT(said().startsWith(QLatin1String("4 steps have learnt")), Patience);
        QVERIFY(!m_window->bridge().isUnderWay());

        // As the core fits by itself.
        const auto kept = loadFitted(path("features.fitted").toStdString());
        QVERIFY(kept);
        auto plan = compilePipeline(m_window->document().pipeline(), m_registry);
        QVERIFY(plan);
        RunOptions options;
        options.folder = m_folder->path().toStdString();
        const auto expected = fitPlan(std::move(*plan), options);
        QVERIFY(expected);
        QCOMPARE(kept->states.size(), size_t(4));
        for (const auto &[step, state] : *expected)
            QVERIFY2(isAsGoodAs(kept->states.at(step), state),
                     (toJson(kept->states.at(step)) + " instead of " + toJson(state)).c_str());

        savePicture(*m_window, QStringLiteral("window-fitted"));
        answer(QStringLiteral("Run"));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("out-features.csv")), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(m_window->bridge().outcome().state, RunState::Finished);
        QCOMPARE(warnings(), QStringList());

        // The window's own edits since, too, are said in the log of the run, which goes on as before.
        Pipeline changed = m_window->document().pipeline();
        changed.step("gaps")->name = "Mine";
        changed.step("gaps")->isBypassed = true;
        m_window->bridge().start(changed, m_folder->path(), {.fitted = path("features.fitted")});
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(warnings().size(), 3);
        for (const QString &warning : warnings())
            QVERIFY2(warning.contains(QLatin1String("learnt before \"Mine\" was bypassed")), qPrintable(warning));
    }

    void aFitThatAProblemStopsIsFollowedByNoRunLater()
    {
        QByteArray text(Twice);
        text.replace("\"expression\": \"value % 10 == 3\"", "\"expression\": \"value %\"");
        write("twice.millrace", text);
        open("twice.millrace");
        m_window->findChild<RunCommands *>()->fitAndRun();
        QTRY_VERIFY_WITH_TIMEOUT(said().contains(QLatin1String("column")), Patience);
        m_window->document().edit({}, {}, [](Pipeline &pipeline) {
            pipeline.step("fails")->setParam("expression", Value("value % 10 == 3"));
        });
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().isChecking(), Patience);
        m_window->action("run.fit")->trigger(); // a fit is what is asked for now
        QTRY_VERIFY_WITH_TIMEOUT(said().startsWith(QLatin1String("2 steps have learnt")), Patience);
        QVERIFY(!m_window->bridge().isUnderWay());
        QVERIFY(!QFile::exists(path("out.csv")));
    }

    void aFitOfAnExampleIsFollowedByItsRun()
    {
        write("twice.millrace", Twice);
        open("twice.millrace");
        m_window->findChild<RunCommands *>()->fitAndRun();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("out.csv")) && !m_window->bridge().isUnderWay(), Patience);
        QVERIFY(!m_window->bridge().wasFit());
    }

    void aDamagedFolderIsRefusedAndFittedAnew()
    {
        openExample();
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("features.fitted")));
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(said().contains(QLatin1String("features.fitted")), Patience);
        QVERIFY(!m_window->bridge().isUnderWay());
        QVERIFY(!QFile::exists(path("out-features.csv")));
        QVERIFY(button(QStringLiteral("Fit")));
    }

    void aStrayStepIsLeftOutOfTheFitAndThatIsSaid()
    {
        QByteArray text(Twice);
        text.replace("\"steps\": [", "\"steps\": [{\"id\": \"stray\", \"type\": \"filter\"},");
        write("twice.millrace", text);
        open("twice.millrace");
        // The fit's end says more in the same place, at once if the machine is quick.
        QSignalSpy told(&m_window->bottom().statusBar(), &QStatusBar::messageChanged);
        const auto hasTold = [&] { return told.contains({QStringLiteral("“Filter” was left out of this run.")}); };
        m_window->action("run.fit")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(hasTold(), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("twice.fitted")) && !m_window->bridge().isUnderWay(), Patience);
        QVERIFY(warnings().contains(QLatin1String("Left out of this run: no source leads to it.")));
    }

    void theLogKeepsWhatAllPassesOfAFitSaid()
    {
        write("twice.millrace", Twice);
        open("twice.millrace");
        m_window->action("run.fit")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("twice.fitted")) && !m_window->bridge().isUnderWay(), Patience);
        LogModel &log = m_window->bottom().log().model();
        log.setGrouped(false);
        QStringList said;
        for (int row = log.rowCount() - 1; row >= 0; --row) {
            const LogRecord *record = log.record(row);
            QCOMPARE(record->number, uint64_t(log.rowCount() - row)); // numbered through
            if (record->level != LogLevel::Error)
                said << QString::fromStdString(record->message);
        }
        // Five of fifty numbers can't be worked on, in either pass.
        QCOMPARE(log.errorCount(), uint64_t(10));
        QCOMPARE(m_window->bridge().errorCount(), uint64_t(10));
        const auto gauges = m_window->canvas().canvas().step("fails")->look().gauge;
        QVERIFY(gauges);
        QCOMPARE(gauges->errors, QStringLiteral("10")); // on the card, too
        QCOMPARE(said.size(), 5);
        QCOMPARE(said[0], QStringLiteral("Fitting, pass 1 of 2: the steps that learn see the data."));
        QVERIFY2(said[1].startsWith(QLatin1String("Finished after ")), qPrintable(said[1]));
        QCOMPARE(said[2], QStringLiteral("Fitting, pass 2 of 2: the steps that learn see the data."));
        QVERIFY2(said[3].contains(QLatin1String(" with 5 failed items: ")), qPrintable(said[3]));
        QCOMPARE(said[4], QStringLiteral("What was learnt is kept in “twice.fitted”."));
        savePicture(*m_window, QStringLiteral("window-fit-log"));

        // A run begins its own.
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("out.csv")) && !m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(log.errorCount(), uint64_t(5));
        QCOMPARE(log.record(log.rowCount() - 1)->message, std::string("Started with 5 steps and 5 workers."));
    }

    void aFitThatIsStoppedLeavesNothing()
    {
        write("endless.millrace", Endless);
        open("endless.millrace");
        m_window->action("run.fit")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().isFitting() && m_window->bridge().hasSamples(), Patience);
        QVERIFY(!m_window->action("run.start")->isEnabled());
        m_window->action("run.stop")->trigger();
        m_window->action("run.stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(m_window->bridge().outcome().state, RunState::Stopped);
        QVERIFY(!QFile::exists(path("endless.fitted")));
    }

    void nothingToFitIsSaid()
    {
        Pipeline pipeline;
        PipelineStep step;
        step.id = step.type = "generate";
        pipeline.steps.push_back(step);
        m_window->document().reset(pipeline);
        m_window->action("run.fit")->trigger();
        QVERIFY(said().contains(QLatin1String("nothing to fit")));
    }

    void whatIsNotSavedYetIsToBeSavedFirst()
    {
        const auto loaded = parsePipeline(Endless);
        QVERIFY(loaded);
        m_window->document().reset(loaded->pipeline);
        m_window->action("run.fit")->trigger();
        QVERIFY(said().startsWith(QLatin1String("Save the pipeline first")));
        QVERIFY(button(QStringLiteral("Save as…")));
    }

private:
    QString said() const { return m_window->messages().isVisible() ? m_window->messages().sentence() : QString(); }

    void open(const char *name)
    {
        m_window->open(path(name));
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().pipeline().steps.empty(), Patience);
    }

    /// The example over four years of weather, in a folder of its own.
    void openExample()
    {
        const QString examples = QStringLiteral(MILLRACE_SOURCE_DIR "/resources/examples/");
        QVERIFY(QFile::copy(examples + QStringLiteral("seattle-weather.csv"), path("seattle-weather.csv")));
        QFile file(examples + QStringLiteral("fitting/features.millrace"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        write("features.millrace", file.readAll().replace("../seattle", "seattle"));
        open("features.millrace");
    }

    QStringList warnings() const
    {
        QStringList texts;
        for (const LogRecord &record : m_window->bridge().logAfter(0)) {
            if (record.level == LogLevel::Warning)
                texts += QString::fromStdString(record.message);
        }
        return texts;
    }

    QPushButton *button(const QString &text) const
    {
        for (auto *found : m_window->messages().findChildren<QPushButton *>())
            if (found->text() == text && found->isVisible())
                return found;
        return nullptr;
    }

    void answer(const QString &text)
    {
        QCoreApplication::sendPostedEvents();
        QVERIFY(button(text));
        QTest::mouseClick(button(text), Qt::LeftButton);
    }
};

} // namespace millrace::tst_windowfit

QTEST_MAIN(millrace::tst_windowfit::TestWindowFit)
#include "tst_windowfit.moc"
