from django.urls import path

from contactcenter.directory import tokens, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("forgot-password/", views.ForgotPassword.as_view(), name="forgot-password"),
    path("forgot-password/sent/", views.ForgotPasswordSent.as_view(), name="forgot-password-sent"),
    path("set-password/<uidb64>/<token>/", views.SetPassword.as_view(), name="set-password"),
    path("account/", views.account, name="account"),
    path("account/password/", views.ChangePassword.as_view(), name="change-password"),
    path("account/tokens/", tokens.create, name="create-token"),
    path("account/tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke-token"),
]
