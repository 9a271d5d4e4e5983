// SPDX-License-Identifier: MIT
// The form of a step's parameters, driven with keys and the mouse.
#include "steps/StepBuilder.h"
#include "theme/Fields.h"
#include "ui/support/Bench.h"
#include "ui/support/Pictures.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QCompleter>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTest>
#include <QTimer>
#include <QToolButton>

namespace millrace::tst_stepform {

namespace {

/// A step with a parameter of every kind.
class Everything : public Step
{
public:
    static void describe(StepBuilder<Everything> &step)
    {
        step.id("test.everything").title("Everything").family(Family::Transform).help("Has a setting of each kind.");
        step.param("text", &Everything::m_text).help("Any text.");
        step.param("count", &Everything::m_count).range(0, 50).unit("items").help("A whole number.");
        step.param("share", &Everything::m_share).range(0, 1).help("A number.");
        step.param("isLoud", &Everything::m_isLoud).help("A truth.");
        step.param("mode", &Everything::m_mode).choices({"fast", "exact"}).help("One of two.");
        step.param("expression", &Everything::m_expression).kind(ParamKind::Expression).help("An expression.");
        step.param("wait", &Everything::m_wait).kind(ParamKind::NumberOrExpression).help("A number or an expression.");
        step.param("input", &Everything::m_input).kind(ParamKind::InputFile).help("A file to read.");
        step.param("place", &Everything::m_place).kind(ParamKind::Folder).help("A folder.");
        step.param("field", &Everything::m_field).kind(ParamKind::FieldName).help("A field.");
        step.param("fields", &Everything::m_fields).help("Several fields.");
        step.param("names", &Everything::m_names).help("Pairs.");
        step.param("code", &Everything::m_code).kind(ParamKind::Code).help("A script.");
        step.param("value", &Everything::m_value).help("Anything.");
    }
    Result<> process(Batch &) override { return {}; }

private:
    std::string m_text = "abc", m_mode = "fast", m_expression, m_input, m_place, m_field, m_code;
    int m_count = 3;
    double m_share = 0.5;
    bool m_isLoud = false;
    Value m_wait{1}, m_value;
    std::vector<std::string> m_fields;
    TextPairs m_names;
};

SchemaPtr orderFields()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"cents", ValueType::Integer, Role::DataInput},
                                                             {"country", ValueType::Text, Role::DataInput},
                                                             {"unit price", ValueType::Real, Role::DataInput}});
}

/// Closes what pops up next, after doing something with it.
template <class Popup>
void whenOpen(const std::function<void(Popup &)> &act)
{
    auto *timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, act] {
        QWidget *open =
            QApplication::activePopupWidget() ? QApplication::activePopupWidget() : QApplication::activeModalWidget();
        if (auto *popup = qobject_cast<Popup *>(open)) {
            timer->stop();
            timer->deleteLater();
            act(*popup);
        }
    });
    timer->start(10);
}

} // namespace

class TestStepForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_registry.add<Everything>();
        m_theme.setKind(ThemeKind::Light);
    }

    void init()
    {
        m_bench = std::make_unique<InspectorBench>(m_registry, m_theme);
        m_bench->add("a", "test.everything");
        m_bench->selection = {"a"};
        m_bench->fields.input["a"] = orderFields();
        m_bench->show();
        m_bench->panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_bench->panel));
    }

    void cleanup() { m_bench.reset(); }

    void everyParameterHasAFieldWithItsNameHelpAndDefault()
    {
        for (const Param &param : m_registry.find("test.everything")->params) {
            bool isFound = false;
            for (const QWidget *widget : m_bench->panel.findChildren<QWidget *>())
                isFound = isFound || widget->accessibleDescription() == QString::fromStdString(param.help);
            QVERIFY2(isFound, param.name.c_str());
        }
        QCOMPARE(field<QLineEdit>("Text")->text(), QStringLiteral("abc"));
        QCOMPARE(field<QDoubleSpinBox>("Count")->value(), 3.0);
        QCOMPARE(field<QDoubleSpinBox>("Count")->maximum(), 50.0);
        QCOMPARE(field<QDoubleSpinBox>("Count")->suffix(), QStringLiteral(" items"));
        QCOMPARE(field<QComboBox>("Mode")->count(), 2);
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-every-kind")));
    }

    void whatWasGuessedStandsBelowItsField()
    {
        m_bench->fields.guesses["a"] = {{"text", Value("x"), "the text is x", "all say so", false, Value("y")}};
        m_bench->show();
        const auto isSaid = [this] {
            for (const QLabel *label : m_bench->panel.findChildren<QLabel *>())
                if (label->text() == QStringLiteral("Guessed: the text is x (all say so); \"y\" fits nearly as well."))
                    return label->isVisibleTo(&m_bench->panel);
            return false;
        };
        QVERIFY(!isSaid()); // for it says "abc"
        m_bench->pipeline.steps[0].setParam("text", Value("auto"));
        m_bench->show();
        QTRY_VERIFY(isSaid());
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-guess")));
    }

    void typedTextAppliesAtOnceUnderOneKey()
    {
        auto *text = field<QLineEdit>("Text");
        text->setFocus();
        text->selectAll();
        QTest::keyClicks(text, QStringLiteral("xy"));
        QCOMPARE(param("text"), Value("xy"));
        QCOMPARE(m_bench->captions.size(), 2);
        QCOMPARE(m_bench->keys[0], m_bench->keys[1]);
        QVERIFY(!m_bench->keys[0].isEmpty());
        QCOMPARE(text->text(), QStringLiteral("xy"));
    }

    void numbersKeepTheirRangeAndUnit()
    {
        auto *count = field<QDoubleSpinBox>("Count");
        count->setFocus();
        QTest::keyClick(count, Qt::Key_Up);
        QCOMPARE(param("count"), Value(4));
        count->selectAll();
        QTest::keyClicks(count, QStringLiteral("12"));
        QTest::keyClick(count, Qt::Key_Return);
        QCOMPARE(param("count"), Value(12));
        for (int i = 0; i < 60; ++i)
            QTest::keyClick(count, Qt::Key_Up);
        QCOMPARE(param("count"), Value(50));
        auto *share = field<QDoubleSpinBox>("Share");
        share->setFocus();
        share->selectAll();
        QTest::keyClicks(share, QStringLiteral("0.25"));
        QCOMPARE(param("share"), Value(0.25));
    }

    void aTickAndAChoiceAreOneEditEach()
    {
        QTest::mouseClick(field<QCheckBox>("Is loud"), Qt::LeftButton, {}, {8, 8});
        QCOMPARE(param("isLoud"), Value(true));
        auto *mode = field<QComboBox>("Mode");
        mode->setFocus();
        QTest::keyClick(mode, Qt::Key_Down);
        QCOMPARE(param("mode"), Value("exact"));
        QCOMPARE(m_bench->captions.size(), 2);
    }

    void completionOffersFieldsAndFunctions()
    {
        auto *expression = field<QPlainTextEdit>("Expression");
        expression->setFocus();
        QTest::keyClicks(expression, QStringLiteral("ce"));
        auto *completer = expression->findChild<QCompleter *>();
        QTRY_VERIFY(completer->popup()->isVisible());
        QVERIFY(completer->popup()->currentIndex().data().toString().startsWith(QLatin1String("ceil")));
        // What is written stays in sight.
        QVERIFY(completer->popup()->y() >= expression->mapToGlobal(QPoint(0, expression->height())).y());
        QVERIFY(savePicture(*completer->popup(), QStringLiteral("expression-completion")));
        QTest::keyClick(completer->popup(), Qt::Key_Down);
        QTest::keyClick(completer->popup(), Qt::Key_Return);
        QCOMPARE(param("expression"), Value("cents"));
        QTest::keyClicks(expression, QStringLiteral(" + rou"));
        QTRY_VERIFY(completer->popup()->isVisible());
        QTest::keyClick(completer->popup(), Qt::Key_Tab);
        QCOMPARE(param("expression"), Value("cents + round("));
    }

    void aFieldWithABlankIsCompletedAsAMember()
    {
        auto *expression = field<QPlainTextEdit>("Expression");
        expression->setFocus();
        QTest::keyClicks(expression, QStringLiteral("uni"));
        auto *completer = expression->findChild<QCompleter *>();
        QTRY_VERIFY(completer->popup()->isVisible());
        QTest::keyClick(completer->popup(), Qt::Key_Return);
        QCOMPARE(param("expression"), Value("item[\"unit price\"]"));
    }

    void nothingIsCompletedWithinATextAndEscClosesTheList()
    {
        auto *expression = field<QPlainTextEdit>("Expression");
        expression->setFocus();
        QTest::keyClicks(expression, QStringLiteral("\"ce"));
        auto *completer = expression->findChild<QCompleter *>();
        QVERIFY(!completer->popup()->isVisible());
        expression->clear();
        QTest::keyClicks(expression, QStringLiteral("ce"));
        QTRY_VERIFY(completer->popup()->isVisible());
        QTest::keyClick(completer->popup(), Qt::Key_Escape);
        QVERIFY(!completer->popup()->isVisible());
        QCOMPARE(param("expression"), Value("ce"));
    }

    void aSyntaxErrorIsSaidWhileOneTypesAndUnderlined()
    {
        auto *expression = field<QPlainTextEdit>("Expression");
        expression->setFocus();
        QTest::keyClicks(expression, QStringLiteral("cents +* 2"));
        QVERIFY(shownLine(QStringLiteral("column 7")));
        QCOMPARE(expression->extraSelections().size(), 1);
        QCOMPARE(expression->extraSelections().front().cursor.selectionStart(), 6);
        QVERIFY(expression->property("wrong").toBool());
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-expression-error")));
        expression->selectAll();
        QTest::keyClicks(expression, QStringLiteral("2"));
        QVERIFY(!shownLine(QStringLiteral("column 7")));
        QVERIFY(expression->extraSelections().isEmpty());
        QVERIFY(!expression->property("wrong").toBool());
    }

    void whatTheCheckFoundStandsUnderItsField()
    {
        m_bench->problems = {{Severity::Error, "a", "text", "The text must not be loud."},
                             {Severity::Error, "b", "text", "Of another step."}};
        m_bench->show();
        QVERIFY(shownLine(QStringLiteral("must not be loud")));
        QVERIFY(!shownLine(QStringLiteral("another step")));
        QVERIFY(field<QLineEdit>("Text")->property("wrong").toBool());
    }

    void aWarningIsSaidInWordsAndMarksNoField()
    {
        m_bench->problems = {{Severity::Warning, "a", "text", "The text is rather loud."},
                             {Severity::Warning, "a", "", "Nobody listens."}};
        m_bench->show();
        QVERIFY(shownLine(QStringLiteral("Warning: The text is rather loud.")));
        QVERIFY(shownLine(QStringLiteral("Warning: Nobody listens.")));
        QVERIFY(!field<QLineEdit>("Text")->property("wrong").toBool());
        m_bench->problems.push_back({Severity::Error, "a", "text", "It must not be."});
        m_bench->show();
        QVERIFY(shownLine(QStringLiteral("It must not be.")) && !shownLine(QStringLiteral("rather loud")));
        QVERIFY(field<QLineEdit>("Text")->property("wrong").toBool());
    }

    void aNumberOrAnExpressionIsEither()
    {
        auto *wait = field<QPlainTextEdit>("Wait");
        wait->setFocus();
        wait->selectAll();
        QTest::keyClicks(wait, QStringLiteral("2.5"));
        QCOMPARE(param("wait"), Value(2.5));
        QTest::keyClicks(wait, QStringLiteral(" * cents"));
        QCOMPARE(param("wait"), Value("2.5 * cents"));
    }

    void fieldPickersKnowTheFieldsThatArrive()
    {
        auto *one = field<QComboBox>("Field");
        QCOMPARE(one->count(), 3);
        one->setFocus();
        QTest::keyClicks(one->lineEdit(), QStringLiteral("other"));
        QCOMPARE(param("field"), Value("other"));
        QTest::keyClick(one, Qt::Key_Down);
        QCOMPARE(param("field").toText(), std::string_view("cents"));

        auto *several = field<QLineEdit>("Fields");
        several->setFocus();
        QTest::keyClicks(several, QStringLiteral("cents, x"));
        QCOMPARE(param("fields"), Value(List{Value("cents"), Value("x")}));
        whenOpen<QMenu>([](QMenu &menu) {
            QCOMPARE(menu.actions().size(), 3);
            QVERIFY(menu.actions().front()->isChecked());
            QTest::keyClick(&menu, Qt::Key_Down);
            QTest::keyClick(&menu, Qt::Key_Down);
            QTest::keyClick(&menu, Qt::Key_Return);
        });
        QTest::mouseClick(field<QToolButton>("Choose among the fields that arrive"), Qt::LeftButton);
        QTRY_COMPARE(param("fields"), Value(List{Value("cents"), Value("x"), Value("country")}));
    }

    void pairsGrowARowAsTheyAreTyped()
    {
        auto *key = field<QLineEdit>("Names, field of row 1");
        key->setFocus();
        QTest::keyClicks(key, QStringLiteral("cents"));
        QTest::keyClick(key, Qt::Key_Tab);
        QTest::keyClicks(field<QLineEdit>("Names, value of row 1"), QStringLiteral("price"));
        QCOMPARE(param("names"), Value(Members{{"cents", Value("price")}}));
        QVERIFY(field<QLineEdit>("Names, field of row 2"));
        QTest::mouseClick(field<QToolButton>("Remove row 1"), Qt::LeftButton);
        QCOMPARE(param("names"), Value(Members{}));
    }

    void codeIsTypedOverSeveralLines()
    {
        auto *code = field<QPlainTextEdit>("Code");
        code->setFocus();
        QTest::keyClicks(code, QStringLiteral("let x = 1"));
        QTest::keyClick(code, Qt::Key_Escape);
        QTest::keyClick(code, Qt::Key_Return);
        QTest::keyClicks(code, QStringLiteral("x"));
        QCOMPARE(param("code"), Value("let x = 1\nx"));
    }

    void anyValueIsReadAsJsonOrElseAsText()
    {
        auto *value = field<QLineEdit>("Value");
        value->setFocus();
        QTest::keyClicks(value, QStringLiteral("[1,2]"));
        QCOMPARE(param("value"), Value(List{Value(1), Value(2)}));
        value->selectAll();
        QTest::keyClicks(value, QStringLiteral("plain"));
        QCOMPARE(param("value"), Value("plain"));
    }

    void aPathInThePipelinesFolderIsKeptRelative()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("orders.csv")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        m_bench->folder = folder.path().toStdString();
        m_bench->show();
        QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        whenOpen<QFileDialog>([&](QFileDialog &dialog) {
            QCOMPARE(QFileInfo(dialog.directory().path()).canonicalFilePath(),
                     QFileInfo(folder.path()).canonicalFilePath());
            dialog.findChild<QLineEdit *>()->setText(folder.filePath(QStringLiteral("orders.csv")));
            QTest::keyClick(dialog.findChild<QLineEdit *>(), Qt::Key_Return);
        });
        QTest::mouseClick(field<QToolButton>("Choose Input"), Qt::LeftButton);
        QCOMPARE(param("input"), Value("orders.csv"));
        QCOMPARE(field<QLineEdit>("Input")->text(), QStringLiteral("orders.csv"));
    }

    void aValueSetFromOutsideIsShownAndToldToNobody()
    {
        m_bench->pipeline.steps[0].setParam("text", Value("from undo"));
        m_bench->pipeline.steps[0].setParam("count", Value(7));
        m_bench->pipeline.steps[0].setParam("expression", Value("cents * 2"));
        m_bench->show();
        QCOMPARE(field<QLineEdit>("Text")->text(), QStringLiteral("from undo"));
        QCOMPARE(field<QDoubleSpinBox>("Count")->value(), 7.0);
        QCOMPARE(field<QPlainTextEdit>("Expression")->toPlainText(), QStringLiteral("cents * 2"));
        QVERIFY(m_bench->captions.isEmpty());
    }

    void severalStepsAreEditedTogether()
    {
        m_bench->add("b", "test.everything").setParam("text", Value("other"));
        m_bench->selection = {"a", "b"};
        m_bench->show();
        QVERIFY(shownLine(QStringLiteral("differs between the steps")));
        QVERIFY(savePicture(m_bench->panel, QStringLiteral("inspector-several")));
        auto *text = field<QLineEdit>("Text");
        text->setFocus();
        text->selectAll();
        QTest::keyClicks(text, QStringLiteral("z"));
        QCOMPARE(*m_bench->pipeline.steps[0].param("text"), Value("z"));
        QCOMPARE(*m_bench->pipeline.steps[1].param("text"), Value("z"));
        QVERIFY(!shownLine(QStringLiteral("differs between the steps")));
        QCOMPARE(m_bench->captions.size(), 1);
    }

    void stepsOfDifferentTypesShowOnlyWhatTheyShare()
    {
        m_bench->add("b", "unknown.type");
        m_bench->selection = {"a", "b"};
        m_bench->show();
        QVERIFY(!field<QLineEdit>("Text"));
        QVERIFY(field<QSpinBox>("Workers"));
    }

    void aProblemTravelsToItsField()
    {
        m_bench->panel.activateWindow();
        m_bench->panel.focusParam("expression");
        QTRY_COMPARE(QApplication::focusWidget(), field<QPlainTextEdit>("Expression"));
        m_bench->panel.focusParam("retries");
        QTRY_COMPARE(QApplication::focusWidget(), field<QSpinBox>("Retries"));
        m_bench->panel.focusParam("no such");
        QTRY_COMPARE(QApplication::focusWidget(), field<QLineEdit>("Name of the step"));
    }

    void everyBuiltInStepHasAForm()
    {
        StepRegistry registry;
        registerBuiltInSteps(registry);
        for (const StepType &type : registry.types()) {
            InspectorBench bench(registry, m_theme);
            bench.add("x", type.id);
            bench.selection = {"x"};
            bench.show();
            QVERIFY2(bench.captions.isEmpty(), type.id.c_str());
            for (const Param &param : type.params) {
                bool isFound = false;
                for (const QWidget *widget : bench.panel.findChildren<QWidget *>())
                    isFound = isFound || widget->accessibleDescription() == QString::fromStdString(param.help);
                QVERIFY2(isFound, (type.id + '.' + param.name).c_str());
            }
        }
    }

private:
    template <class Field>
    Field *field(const char *name) const
    {
        Field *found = m_bench->field<Field>(QString::fromLatin1(name));
        if (!found)
            qWarning("There is no field “%s”.", name);
        return found;
    }

    Value param(const char *name) const
    {
        const Value *value = m_bench->pipeline.steps[0].param(name);
        return value ? *value : Value();
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

} // namespace millrace::tst_stepform

QTEST_MAIN(millrace::tst_stepform::TestStepForm)
#include "tst_stepform.moc"
