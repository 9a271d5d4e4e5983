// SPDX-License-Identifier: MIT
#include "inspector/ParametersEditor.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace millrace;

namespace tst_parameterseditor {

namespace {

/// An editor whose edits are made at once, and shown, as the window does it.
class EditorBench
{
public:
    EditorBench()
    {
        QObject::connect(&m_editor, &ParametersEditor::edited, &m_editor,
                         [this](const QString &caption, const QString &key, const auto &edit) {
                             edit(m_parameters);
                             m_captions << caption;
                             m_keys << key;
                             m_editor.show(m_parameters);
                         });
        m_editor.QWidget::show();
    }

    template <class Widget>
    Widget *named(const char *name) const
    {
        for (auto *widget : m_editor.findChildren<Widget *>())
            if (widget->accessibleName() == QLatin1String(name) && widget->isVisible())
                return widget;
        return nullptr;
    }
    void type(const char *name, const char *text) const
    {
        auto *field = named<QLineEdit>(name);
        field->selectAll();
        QTest::keyClick(field, Qt::Key_Delete);
        QTest::keyClicks(field, QString::fromUtf8(text));
    }

    ParametersEditor m_editor;
    ParametersEditor::Parameters m_parameters;
    QStringList m_captions, m_keys;
};

} // namespace

class TestParametersEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parametersAreAddedNamedAndGivenADefault()
    {
        EditorBench bench;
        QTest::mouseClick(bench.m_editor.findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(bench.m_parameters.size(), size_t(1));
        QVERIFY(bench.named<QLineEdit>("Name of parameter 1"));
        bench.type("Name of parameter 1", "folder");
        bench.type("Default of parameter 1", "data");
        QCOMPARE(bench.m_parameters.front().name, std::string("folder"));
        QCOMPARE(bench.m_parameters.front().initial, std::optional<Value>("data"));
        bench.type("Default of parameter 1", "12");
        QCOMPARE(bench.m_parameters.front().initial, std::optional<Value>(12));
        bench.type("Default of parameter 1", "\"12\"");
        QCOMPARE(bench.m_parameters.front().initial, std::optional<Value>("12"));
        bench.type("Default of parameter 1", "");
        QVERIFY(!bench.m_parameters.front().initial);
    }

    void tabGoesFromAboveToBelow()
    {
        EditorBench bench;
        bench.m_parameters = {{"a", Value(1), {}}};
        bench.m_editor.show(bench.m_parameters);
        bench.m_parameters.push_back({"b", Value(2), {}});
        bench.m_editor.show(bench.m_parameters);
        const QStringList names{QStringLiteral("Name of parameter 1"),    QStringLiteral("Default of parameter 1"),
                                QStringLiteral("Remove parameter 1"),     QStringLiteral("Name of parameter 2"),
                                QStringLiteral("Default of parameter 2"), QStringLiteral("Remove parameter 2")};
        QStringList come;
        QWidget *at = bench.named<QLineEdit>("Name of parameter 1");
        const QWidget *const begin = at;
        do {
            if (at->focusPolicy() & Qt::TabFocus)
                come << at->accessibleName();
            at = at->nextInFocusChain();
        } while (at != begin);
        QCOMPARE(come, names + QStringList{QString()}); // last the button, which its text names
    }

    void whatIsTypedInOneFieldIsOneGesture()
    {
        EditorBench bench;
        bench.m_parameters = {{"a", Value(1), {}}, {"b", Value(2), {}}};
        bench.m_editor.show(bench.m_parameters);
        bench.type("Default of parameter 1", "34");
        bench.type("Default of parameter 2", "5");
        QCOMPARE(QSet<QString>(bench.m_keys.begin(), bench.m_keys.end()).size(), 2);
        QVERIFY(!bench.m_keys.contains(QString()));
        bench.m_keys.clear();
        QTest::mouseClick(bench.named<QToolButton>("Remove parameter 1"), Qt::LeftButton);
        QCOMPARE(bench.m_keys, QStringList{QString()});
        QCOMPARE(bench.m_parameters.size(), size_t(1));
        QCOMPARE(bench.named<QLineEdit>("Name of parameter 1")->text(), QStringLiteral("b"));
        QCOMPARE(bench.named<QLineEdit>("Default of parameter 1")->text(), QStringLiteral("5"));
    }

    void aNameThatCantBeOneIsSaidAndNotTold()
    {
        EditorBench bench;
        bench.m_parameters = {{"a", Value(1), {}}, {"b", Value(2), {}}};
        bench.m_editor.show(bench.m_parameters);
        for (const char *wrong : {"a", "1x"}) {
            bench.m_captions.clear();
            bench.type("Name of parameter 2", wrong);
            QCOMPARE(bench.m_parameters.back().name, std::string("b"));
            QVERIFY(bench.m_captions.isEmpty());
            QVERIFY(bench.named<QLineEdit>("Name of parameter 2")->property("wrong").toBool());
        }
        bench.type("Name of parameter 2", "c");
        QCOMPARE(bench.m_parameters.back().name, std::string("c"));
        QVERIFY(!bench.named<QLineEdit>("Name of parameter 2")->property("wrong").toBool());
    }

    void textsThatLookLikeValuesAreShownInQuotes()
    {
        EditorBench bench;
        bench.m_parameters = {{"a", Value("true"), {}}, {"b", Value("x y"), {}}, {"c", {}, {}}, {"d", Value(""), {}}};
        bench.m_editor.show(bench.m_parameters);
        QCOMPARE(bench.named<QLineEdit>("Default of parameter 1")->text(), QStringLiteral("\"true\""));
        QCOMPARE(bench.named<QLineEdit>("Default of parameter 2")->text(), QStringLiteral("x y"));
        QCOMPARE(bench.named<QLineEdit>("Default of parameter 3")->text(), QString());
        QCOMPARE(bench.named<QLineEdit>("Default of parameter 4")->text(), QStringLiteral("\"\""));
    }
};

} // namespace tst_parameterseditor

QTEST_MAIN(tst_parameterseditor::TestParametersEditor)
#include "tst_parameterseditor.moc"
