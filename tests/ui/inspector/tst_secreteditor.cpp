// SPDX-License-Identifier: MIT
// How a form asks for a secret: for where it is, and never for what it is.
#include "steps/StepBuilder.h"
#include "ui/support/Bench.h"
#include "ui/support/Pictures.h"

#include <QComboBox>
#include <QLineEdit>
#include <QTest>

#include <memory>
#include <string>

namespace millrace::tst_secreteditor {

namespace {

class Sender final : public Step
{
public:
    static void describe(StepBuilder<Sender> &step)
    {
        step.id("sender").title("Sender").family(Family::Transform).help("Needs secrets.");
        step.param("token", &Sender::m_token).secret().help("A password.");
        step.param("headers", &Sender::m_headers).secretsAllowed().help("Pairs with secrets.");
    }

private:
    std::string m_token;
    TextPairs m_headers;
};

} // namespace

class TestSecretEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_registry.add<Sender>();
        m_theme.setKind(ThemeKind::Light);
    }

    void init()
    {
        m_bench = std::make_unique<InspectorBench>(m_registry, m_theme);
        m_bench->add("a", "sender");
        m_bench->selection = {"a"};
        m_bench->show();
        m_bench->panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_bench->panel));
    }

    void cleanup() { m_bench.reset(); }

    void aSecretIsGivenByWhereItIsAndShownAsDots()
    {
        qputenv("MILLRACE_TEST_TOKEN", "hunter2");
        auto *name = field<QLineEdit>("Token: name of the variable or file");
        const auto *dots = field<QLineEdit>("Token: whether it is there");
        name->setFocus();
        QTest::keyClicks(name, QStringLiteral("MILLRACE_TEST_TOKE"));
        QCOMPARE(param("token"), Value(Members{{"env", Value("MILLRACE_TEST_TOKE")}}));
        QVERIFY(dots->text().isEmpty());
        QVERIFY(dots->toolTip().contains(QLatin1String("not set")));
        QTest::keyClicks(name, QStringLiteral("N"));
        QCOMPARE(param("token"), Value(Members{{"env", Value("MILLRACE_TEST_TOKEN")}}));
        QCOMPARE(dots->displayText().size(), 8); // however long it is
        QVERIFY(!dots->displayText().contains(QLatin1Char('x')) && !dots->text().contains(QLatin1String("hunter2")));
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-secret")));
        auto *place = field<QComboBox>("Token: where it is");
        place->setFocus();
        QTest::keyClick(place, Qt::Key_Down);
        QCOMPARE(param("token"), Value(Members{{"file", Value("MILLRACE_TEST_TOKEN")}}));
        QVERIFY(dots->text().isEmpty());
        name->clear();
        QTest::keyClicks(name, QStringLiteral("x"));
        QTest::keyClick(name, Qt::Key_Backspace);
        QCOMPARE(param("token"), Value());
    }

    void referencesAmongPairsStayReferences()
    {
        const Value reference(Members{{"env", Value("HOME")}});
        m_bench->pipeline.steps[0].setParam("headers", Value(Members{{"Key", reference}, {"Accept", Value("a")}}));
        m_bench->show();
        auto *accept = field<QLineEdit>("Headers, value of row 2");
        accept->setFocus();
        QTest::keyClicks(accept, QStringLiteral("b"));
        QCOMPARE(param("headers"), Value(Members{{"Key", reference}, {"Accept", Value("ab")}}));
    }

    void aSecretInPlainIsNotShown()
    {
        m_bench->pipeline.steps[0].setParam("token", Value("hunter2"));
        m_bench->show();
        for (const QLineEdit *line : m_bench->panel.findChildren<QLineEdit *>())
            QVERIFY(!line->text().contains(QLatin1String("hunter2")));
    }

private:
    template <class Field>
    Field *field(const char *name) const
    {
        return m_bench->field<Field>(QString::fromUtf8(name));
    }
    Value param(const char *name) const
    {
        const Value *value = m_bench->pipeline.steps[0].param(name);
        return value ? *value : Value();
    }

    OwnSettings m_settings;
    StepRegistry m_registry;
    Theme m_theme;
    std::unique_ptr<InspectorBench> m_bench;
};

} // namespace millrace::tst_secreteditor

QTEST_MAIN(millrace::tst_secreteditor::TestSecretEditor)

#include "tst_secreteditor.moc"
