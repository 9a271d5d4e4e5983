// SPDX-License-Identifier: MIT
// A person's larger text: what the window shows grows with it, fits small screens, and no text is cut.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "canvas/cards/RenameField.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "theme/Text.h"
#include "ui/support/Pictures.h"
#include "window/BottomPanel.h"
#include "window/MainWindow.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QTableView>
#include <QTest>

#include <cmath>
#include <memory>

namespace millrace::tst_windowscale {

namespace {

/// The sizes of text that desktops are set to, in points: the usual one, and half as large again.
constexpr double Usual = 10, Larger = 15;

} // namespace

class TestWindowScale : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void cleanup()
    {
        m_window.reset();
        m_theme.reset();
    }

    void textGrowsWithTheDesktopsFont()
    {
        open(Usual, {1440, 900});
        QCOMPARE(m_theme->fontScale(), 1.0);
        const int usual = m_theme->font(FontRole::Body).pixelSize();
        const int row = m_window->findChild<QComboBox *>()->sizeHint().height();
        cleanup();
        open(Larger, {1440, 900});
        QCOMPARE(m_theme->fontScale(), 1.5);
        QCOMPARE(m_theme->font(FontRole::Body).pixelSize(), qRound(usual * 1.5));
        QCOMPARE(QApplication::font().pixelSize(), qRound(usual * 1.5));
        QVERIFY(m_window->findChild<QComboBox *>()->sizeHint().height() > row + 4);
    }

    void cardsGrowWithTheDesktopsFontAt100Percent()
    {
        for (const double points : {Usual, Larger}) {
            open(points, {1440, 900});
            fill();
            CanvasView &view = m_window->canvas();
            m_window->action("view.zoom100")->trigger();
            QCOMPARE(view.zoom(), 1.0);
            const StepItem &step = *view.canvas().steps().front();
            const int width =
                view.mapFromScene(step.card().topRight()).x() - view.mapFromScene(step.card().topLeft()).x();
            QVERIFY2(std::abs(width - 168 * m_theme->fontScale()) <= 1, qPrintable(QString::number(width)));
            m_window->action("view.fitAll")->trigger();
            QVERIFY(view.visibleScene().contains(view.canvas().contentRect()));
            QVERIFY(view.zoom() <= 1);
            // The field over the name has room for the larger text.
            view.canvas().select({step.id()});
            m_window->action("edit.rename")->trigger();
            const auto *field = view.findChild<RenameField *>();
            QVERIFY(field && field->height() >= field->sizeHint().height());
            QVERIFY(savePicture(*m_window, QStringLiteral("scale-cards-%1").arg(points)));
            cleanup();
        }
    }

    void noTextIsCut_data()
    {
        QTest::addColumn<double>("points");
        QTest::addColumn<QSize>("size");
        for (const double points : {Usual, Larger})
            for (const QSize size : {QSize(1440, 900), QSize(1024, 700)})
                QTest::addRow("%g points, %dx%d", points, size.width(), size.height()) << points << size;
    }

    void noTextIsCut()
    {
        QFETCH(double, points);
        QFETCH(QSize, size);
        open(points, size);
        QCOMPARE(m_window->size(), size); // it isn't forced to be larger
        const QString name = QStringLiteral("scale-%1-%2-").arg(points).arg(size.width());
        m_window->showWelcome(true);
        checkTexts(QStringLiteral("welcome"));
        QVERIFY(savePicture(*m_window, name + QStringLiteral("welcome")));
        m_window->showWelcome(false);
        fill();
        checkTexts(QStringLiteral("the pipeline"));
        for (const PipelineStep &step : m_window->document().pipeline().steps) {
            // Where all have room on the small screen, two are enough on the large.
            if (size.width() > 1024 && step.type != "encode.onehot" && step.type != "formula")
                continue;
            m_window->canvas().canvas().select({step.id});
            QCoreApplication::sendPostedEvents();
            checkTexts(toQString(step.type));
            if (step.type == "encode.onehot" || step.type == "formula")
                QVERIFY(savePicture(*m_window, name + toQString(step.type)));
        }
        m_window->action("select.all")->trigger();
        checkTexts(QStringLiteral("several steps"));
        for (const auto tab : {BottomPanel::Tab::Log, BottomPanel::Tab::Problems, BottomPanel::Tab::Throughput,
                               BottomPanel::Tab::Data, BottomPanel::Tab::Steps}) {
            m_window->bottom().showTab(tab);
            checkTexts(QStringLiteral("tab %1").arg(int(tab)));
        }
        const auto *log = m_window->bottom().log().findChild<QTableView *>();
        const int time = log->fontMetrics().horizontalAdvance(QStringLiteral("20:06:38.640"));
        QVERIFY2(log->columnWidth(LogModel::Time) >= time + 20, qPrintable(QString::number(time))); // cells' margins
        m_window->bottom().showTab(BottomPanel::Tab::Problems);
        QVERIFY(savePicture(*m_window, name + QStringLiteral("several")));
        QVERIFY2(m_window->canvas().width() > size.width() / 4,
                 qPrintable(QString::number(m_window->canvas().width())));
    }

private:
    void open(double points, QSize size)
    {
        QSettings().clear();
        QFont font = QApplication::font();
        font.setPointSizeF(points);
        QApplication::setFont(font);
        m_theme = std::make_unique<Theme>();
        m_theme->setKind(ThemeKind::Light);
        m_window = std::make_unique<MainWindow>(m_registry, *m_theme);
        m_window->setAttribute(Qt::WA_DeleteOnClose, false);
        m_window->askLeaving = [](const QString &, bool, bool) { return MainWindow::Leaving::Leave; };
        m_window->resize(size);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }

    /// One step of each type, none of them linked.
    void fill()
    {
        m_window->document().edit({}, {}, [this](Pipeline &pipeline) {
            for (const StepType &type : m_registry.types()) {
                PipelineStep step;
                step.id = "s" + std::to_string(pipeline.steps.size());
                step.type = type.id;
                step.position =
                    Position{double(pipeline.steps.size() % 6) * 210, double(pipeline.steps.size() / 6) * 110};
                pipeline.steps.push_back(step);
            }
        });
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().problems().empty(), 60'000);
        m_window->canvas().fitAll();
    }

    /// Each label, button and choice that is shown has room for what it says.
    void checkTexts(const QString &where)
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
        for (const QWidget *widget : m_window->findChildren<QWidget *>()) {
            if (!widget->isVisible() || widget->visibleRegion().isEmpty())
                continue;
            QSize wanted, given = widget->size();
            QString text;
            if (const auto *label = qobject_cast<const QLabel *>(widget)) {
                text = label->text();
                wanted = label->wordWrap() ? QSize(0, label->heightForWidth(label->width())) : label->sizeHint();
                if (label->wordWrap())
                    for (const QString &word : text.split(QLatin1Char(' ')))
                        wanted.setWidth(std::max(wanted.width(), label->fontMetrics().horizontalAdvance(word)));
            } else if (const auto *button = qobject_cast<const QAbstractButton *>(widget)) {
                text = button->text();
                wanted = QSize(button->fontMetrics().horizontalAdvance(QString(text).remove(QLatin1Char('&'))),
                               button->fontMetrics().height());
            } else if (const auto *choice = qobject_cast<const QComboBox *>(widget)) {
                text = choice->currentText();
                // Beside an arrow and margins, which Qt 6.8 makes a pixel narrower.
                wanted = QSize(choice->fontMetrics().horizontalAdvance(text) + 22, choice->fontMetrics().height());
            }
            if (text.isEmpty() || (given.width() >= wanted.width() && given.height() >= wanted.height()))
                continue;
            QFAIL(qPrintable(QStringLiteral("“%1” is cut in %2: %3x%4 of %5x%6")
                                 .arg(text, where)
                                 .arg(given.width())
                                 .arg(given.height())
                                 .arg(wanted.width())
                                 .arg(wanted.height())));
        }
    }

    const OwnSettings m_settings;
    StepRegistry m_registry;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace millrace::tst_windowscale

QTEST_MAIN(millrace::tst_windowscale::TestWindowScale)
#include "tst_windowscale.moc"
