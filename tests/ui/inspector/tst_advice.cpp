// SPDX-License-Identifier: MIT
// What the inspector says where something isn't given yet: placeholders, examples, problems by their steps.
#include "theme/Fields.h"
#include "ui/support/Bench.h"
#include "ui/support/Pictures.h"

#include <QHelpEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QToolTip>

namespace millrace::tst_advice {

class TestAdvice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        registerBuiltInSteps(m_registry);
        m_theme.setKind(ThemeKind::Light);
    }

    void init()
    {
        m_bench = std::make_unique<InspectorBench>(m_registry, m_theme);
        m_bench->panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_bench->panel));
    }

    void cleanup() { m_bench.reset(); }

    void aNumberThatIsNeededIsBlankUntilItIsGiven()
    {
        inspect("multiply");
        auto *by = field<NumberField>("By");
        auto *line = by->findChild<QLineEdit *>();
        QCOMPARE(by->text(), QString());
        QCOMPARE(line->placeholderText(), QStringLiteral("a number"));
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-needed-number")));
        by->setFocus();
        m_bench->panel.setFocus();
        QVERIFY(m_bench->captions.isEmpty()); // looking changes nothing
        by->setFocus();
        QTest::keyClicks(by, QStringLiteral("-"));
        QVERIFY(m_bench->captions.isEmpty());
        QTest::keyClick(by, Qt::Key_Backspace);
        QTest::keyClicks(by, QStringLiteral("0"));
        QCOMPARE(param("by"), Value(0));
        QTest::keyClicks(by, QStringLiteral(".5"));
        QCOMPARE(param("by"), Value(0.5));
        m_bench->pipeline.steps.front().params.clear(); // as by undo
        m_bench->show();
        QCOMPARE(by->text(), QString());
        QTest::keyClick(by, Qt::Key_Up);
        QCOMPARE(param("by"), Value(1));
        QCOMPARE(by->text(), QStringLiteral("1"));
    }

    void ofSeveralStepsAProblemNamesItsOwn()
    {
        m_bench->add("a", "multiply").name = "Prices";
        m_bench->add("b", "multiply");
        m_bench->problems = {{Severity::Error, "b", "by", "It is needed."},
                             {Severity::Error, "a", "runIn", "It can't run there."},
                             {Severity::Error, "a", "", "Nobody is fed by it."}};
        m_bench->selection = {"a", "b"};
        m_bench->show();
        QVERIFY(isSaid("Multiply: It is needed.") && isSaid("Prices: It can't run there.")
                && isSaid("Prices: Nobody is fed by it."));
        m_bench->selection = {"b"};
        m_bench->show();
        QVERIFY(isSaid("It is needed.") && !isSaid("Multiply: It is needed.") && !isSaid("can't run"));
    }

    void aCommandIsShownHowItIsWritten()
    {
        inspect("program");
        QCOMPARE(field<QLineEdit>("Command")->placeholderText(), QStringLiteral("e.g. python3 prices.py"));
        QCOMPARE(field<QLineEdit>("Environment, variable of row 1")->placeholderText(), QStringLiteral("variable"));
    }

    void theExampleOfWorkerSettingsIsOneOfTheStep()
    {
        inspect("delay");
        unfold();
        const auto *first = field<QLineEdit>("Settings of worker 1, as JSON");
        QVERIFY2(first->placeholderText().startsWith(QLatin1String("e.g. {\"milliseconds\":")),
                 qPrintable(first->placeholderText()));
        inspect("multiply");
        QCOMPARE(field<QLineEdit>("Settings of worker 1, as JSON")->placeholderText(),
                 QStringLiteral("e.g. {\"by\":2}"));
    }

    void aLongPathShowsItsFilesName()
    {
        m_bench->panel.setFocus();
        m_bench->add("a", "read.csv").setParam("path", Value("/home/somebody/with/a/long/way/to/orders_2019.csv"));
        m_bench->selection = {"a"};
        m_bench->show();
        auto *file = field<TextField>("File");
        QCoreApplication::sendPostedEvents();
        QVERIFY(!file->hasFocus());
        QVERIFY2(file->shownText().startsWith(QChar(0x2026)) && file->shownText().endsWith(QLatin1String("2019.csv")),
                 qPrintable(file->shownText()));
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-long-path")));
        QHelpEvent event(QEvent::ToolTip, {5, 5}, file->mapToGlobal(QPoint(5, 5)));
        QCoreApplication::sendEvent(file, &event);
        QVERIFY2(QToolTip::text().startsWith(file->text()), qPrintable(QToolTip::text()));
    }

private:
    void inspect(const char *type)
    {
        m_bench->pipeline.steps.clear();
        m_bench->add("a", type);
        m_bench->selection = {"a"};
        m_bench->show();
    }

    void unfold() const
    {
        for (QPushButton *button : m_bench->panel.findChildren<QPushButton *>())
            if (button->text().startsWith(QLatin1String("Settings for single")))
                button->click();
    }

    template <class Field>
    Field *field(const char *name) const
    {
        auto *found = m_bench->field<Field>(QString::fromLatin1(name));
        if (!found)
            qFatal("There is no field “%s”.", name);
        return found;
    }

    Value param(const char *name) const
    {
        const Value *value = m_bench->pipeline.steps.front().param(name);
        return value ? *value : Value();
    }

    bool isSaid(const char *words) const
    {
        QCoreApplication::sendPostedEvents();
        for (const QLabel *label : m_bench->panel.findChildren<QLabel *>())
            if (label->isVisibleTo(&m_bench->panel) && label->text() == QLatin1String(words))
                return true;
        return false;
    }

    OwnSettings m_settings;
    Theme m_theme;
    StepRegistry m_registry;
    std::unique_ptr<InspectorBench> m_bench;
};

} // namespace millrace::tst_advice

QTEST_MAIN(millrace::tst_advice::TestAdvice)
#include "tst_advice.moc"
