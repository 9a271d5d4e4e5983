// SPDX-License-Identifier: MIT
// How steps and the whole pipeline are run: the forms' lower half.
#include "ui/support/Bench.h"
#include "ui/support/Pictures.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

namespace millrace::tst_settingsform {

class TestSettingsForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        registerBuiltInSteps(m_registry);
        StepType alone;
        alone.id = "test.alone";
        alone.title = "Alone";
        alone.isOrdered = true;
        m_registry.add(alone);
        m_theme.setKind(ThemeKind::Dark);
    }

    void init()
    {
        m_bench = std::make_unique<InspectorBench>(m_registry, m_theme);
        m_bench->add("orders", "read.csv");
        m_bench->add("price", "formula");
        m_bench->add("report", "write.csv");
        m_bench->panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_bench->panel));
    }

    void cleanup() { m_bench.reset(); }

    void workersQueueAndRetriesApplyAtOnce()
    {
        select({"price"});
        QTest::keyClick(field<QSpinBox>("Workers"), Qt::Key_Up);
        QCOMPARE(step("price").workers, std::optional(2));
        QTest::keyClick(field<QSpinBox>("Queue size in batches"), Qt::Key_Down);
        QCOMPARE(step("price").queueSize, std::optional(9));
        QTest::keyClick(field<QSpinBox>("Retries"), Qt::Key_Up);
        QCOMPARE(step("price").retries, std::optional(1));
        QCOMPARE(m_bench->captions.size(), 3);
    }

    void queueMemoryIsTypedAsASize()
    {
        select({"price"});
        auto *memory = field<QLineEdit>("Queue memory");
        QTest::keyClicks(memory, QStringLiteral("8 MiB"));
        QCOMPARE(step("price").queueBytes, std::optional<int64_t>(8 << 20));
        QCOMPARE(memory->text(), QStringLiteral("8 MiB"));
        memory->selectAll();
        QTest::keyClicks(memory, QStringLiteral("much"));
        QCOMPARE(step("price").queueBytes, std::optional<int64_t>(8 << 20));
        memory->clear();
        QTest::keyClicks(memory, QStringLiteral(" "));
        QVERIFY(!step("price").queueBytes);
    }

    void placeAndErrorPolicyAreChosenByKeys()
    {
        select({"price"});
        auto *onError = field<QComboBox>("On error");
        onError->setFocus();
        QTest::keyClick(onError, Qt::Key_Down);
        QCOMPARE(step("price").onError, std::optional(ErrorPolicy::Skip));
        auto *runIn = field<QComboBox>("Run in");
        runIn->setFocus();
        QTest::keyClick(runIn, Qt::Key_Down);
        QCOMPARE(step("price").runIn, std::optional<std::string>("processes"));
        QTest::mouseClick(field<QCheckBox>("Takes part in the run"), Qt::LeftButton, {}, {8, 8});
        QVERIFY(!step("price").isEnabled);
        QTest::mouseClick(field<QCheckBox>("Lets batches through unchanged"), Qt::LeftButton, {}, {8, 8});
        QVERIFY(step("price").isBypassed);
    }

    void severalStepsGetTheSameWorkers()
    {
        step("price").workers = 3;
        m_bench->add("more", "formula");
        select({"price", "more"});
        QVERIFY(shownLine(QStringLiteral("differs between the steps")));
        QTest::keyClick(field<QSpinBox>("Workers"), Qt::Key_Up);
        QCOMPARE(step("price").workers, step("more").workers);
        QVERIFY(!shownLine(QStringLiteral("differs between the steps")));
    }

    void aSettingsProblemStandsUnderIt()
    {
        m_bench->problems = {{Severity::Error, "price", "runIn", "Processes are not for this step."}};
        select({"price"});
        QVERIFY(shownLine(QStringLiteral("Processes are not")));
        QVERIFY(field<QComboBox>("Run in")->property("wrong").toBool());
        int count = 0;
        for (const QLabel *label : m_bench->panel.findChildren<QLabel *>())
            count += label->isVisibleTo(&m_bench->panel) && label->text().contains(QLatin1String("Processes are not"));
        QCOMPARE(count, 1);
        m_bench->problems = {{Severity::Warning, "price", "runIn", "Processes are slower here."}};
        select({"price"});
        QVERIFY(shownLine(QStringLiteral("Warning: Processes are slower here.")));
        QVERIFY(!field<QComboBox>("Run in")->property("wrong").toBool());
    }

    void singleWorkersHaveSettingsOfTheirOwn()
    {
        step("price").workers = 3;
        select({"price"});
        QPushButton *unfold = nullptr;
        for (QPushButton *button : m_bench->panel.findChildren<QPushButton *>())
            if (button->isVisibleTo(&m_bench->panel))
                unfold = button;
        QVERIFY(unfold);
        QTest::mouseClick(unfold, Qt::LeftButton);
        auto *second = field<QLineEdit>("Settings of worker 2, as JSON");
        QVERIFY(second && field<QLineEdit>("Settings of worker 3, as JSON"));
        second->setFocus();
        QTest::keyClicks(second, QStringLiteral("{\"field\": \"x\""));
        QVERIFY(shownLine(QStringLiteral("Worker 2: write a JSON object")));
        QVERIFY(step("price").workerArguments.empty());
        QTest::keyClicks(second, QStringLiteral("}"));
        QVERIFY(!shownLine(QStringLiteral("Worker 2")));
        const std::vector<Members> wanted{{}, {{"field", Value("x")}}};
        QCOMPARE(step("price").workerArguments, wanted);
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-worker-settings")));
        second->selectAll();
        QTest::keyClick(second, Qt::Key_Delete);
        QVERIFY(step("price").workerArguments.empty());
    }

    void aSourceMayHaveItsOwnBatches()
    {
        m_bench->pipeline.batching.size = 40;
        select({"price"});
        QVERIFY(!field<QCheckBox>("The source has batches of its own"));
        select({"orders"});
        QVERIFY(!field<QSpinBox>("Batch size in items"));
        QTest::mouseClick(field<QCheckBox>("The source has batches of its own"), Qt::LeftButton, {}, {8, 8});
        QCOMPARE(step("orders").batching->size, 40);
        QTest::keyClick(field<QSpinBox>("Batch size in items"), Qt::Key_Up);
        QCOMPARE(step("orders").batching->size, 41);
        QTest::mouseClick(field<QCheckBox>("The source has batches of its own"), Qt::LeftButton, {}, {8, 8});
        QVERIFY(!step("orders").batching);
    }

    void thePipelinesBatchesAreFilledUpWithAnyValue()
    {
        select({});
        auto *last = field<QComboBox>("What becomes of an incomplete last batch");
        QVERIFY(!field<QLineEdit>("What the data inputs of added items hold, as JSON"));
        last->setFocus();
        QTest::keyClick(last, Qt::Key_End);
        QCOMPARE(m_bench->pipeline.batching.incomplete, Batching::Incomplete::Pad);
        auto *fill = field<QLineEdit>("What the data inputs of added items hold, as JSON");
        QVERIFY(fill);
        fill->setFocus();
        QTest::keyClicks(fill, QStringLiteral("0.5"));
        QCOMPARE(m_bench->pipeline.batching.padDataInputs, Value(0.5));
        QVERIFY(m_bench->pipeline.hasBatching);
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-pipeline")));
    }

    void thePipelinesDefaultsHoldForStepsThatDontSay()
    {
        select({});
        auto *name = field<QLineEdit>("Name of the pipeline");
        name->setFocus();
        QTest::keyClicks(name, QStringLiteral("Orders"));
        QTest::keyClick(field<QSpinBox>("Default workers"), Qt::Key_Up);
        QTest::keyClick(field<QSpinBox>("Default queue size"), Qt::Key_Up);
        QTest::keyClick(field<QSpinBox>("Default retries"), Qt::Key_Up);
        auto *policy = field<QComboBox>("Default on error");
        policy->setFocus();
        QTest::keyClick(policy, Qt::Key_Down);
        const Pipeline &pipeline = m_bench->pipeline;
        QCOMPARE(pipeline.name, std::string("Orders"));
        QCOMPARE(pipeline.defaults.workers, 2);
        QCOMPARE(pipeline.defaults.queueSize, 11);
        QCOMPARE(pipeline.defaults.retries, 1);
        QCOMPARE(pipeline.defaults.onError, ErrorPolicy::Skip);
        QVERIFY(pipeline.hasDefaults);
        select({"price"});
        QCOMPARE(field<QSpinBox>("Workers")->value(), 2);
    }

    void aStepThatWorksAloneSaysSo()
    {
        m_bench->add("alone", "test.alone");
        select({"alone"});
        QVERIFY(!field<QSpinBox>("Workers")->isEnabled());
        QVERIFY(field<QSpinBox>("Workers")->toolTip().contains(QLatin1String("one batch at a time")));
        m_bench->pipeline.steps.back().workers = 3; // as a file may say
        m_bench->show();
        QVERIFY(field<QSpinBox>("Workers")->isEnabled());
        QCOMPARE(field<QSpinBox>("Workers")->value(), 3);
    }

private:
    void select(const StepIds &steps)
    {
        m_bench->selection = steps;
        m_bench->show();
    }

    PipelineStep &step(const char *id) { return *m_bench->pipeline.step(id); }

    template <class Field>
    Field *field(const char *name) const
    {
        return m_bench->field<Field>(QString::fromUtf8(name));
    }

    bool shownLine(const QString &part) const
    {
        for (const QLabel *label : m_bench->panel.findChildren<QLabel *>())
            if (label->isVisibleTo(&m_bench->panel) && label->text().contains(part))
                return true;
        return false;
    }

    OwnSettings m_settings;
    Theme m_theme;
    StepRegistry m_registry;
    std::unique_ptr<InspectorBench> m_bench;
};

} // namespace millrace::tst_settingsform

QTEST_MAIN(millrace::tst_settingsform::TestSettingsForm)
#include "tst_settingsform.moc"
